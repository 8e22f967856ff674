using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>Comparisons with messages that show the numbers.</summary>
internal static class Check
{
    internal static void Near(double[] expected, Tensor actual, double tolerance = 1e-6)
    {
        var values = actual.to(float64).data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance, $"at {i}: expected {expected[i]}, got {values[i]}; all: {string.Join(", ", values)}");
    }

    internal static void Same(Tensor expected, Tensor actual, double tolerance = 1e-6)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.dtype, actual.dtype);
        var difference = (expected - actual).abs().max().ToDouble();
        Assert.True(difference <= tolerance, $"they differ by {difference}");
    }

    /// <summary>Compares the gradient of sum(function(x) * weight) with central differences, in double precision.</summary>
    internal static void Gradient(Func<Tensor, Tensor> function, Tensor at, double step = 1e-6, double tolerance = 1e-7)
    {
        var x = at.clone().requires_grad_();
        var y = function(x);
        var weight = rand_like(y);
        (y * weight).sum().backward();
        var flat = at.clone().reshape(-1);
        var expected = zeros_like(flat);
        using var quiet = no_grad();
        for (var i = 0; i < flat.numel(); i++)
        {
            var original = flat[i].ToDouble();
            flat[i] = original + step;
            var above = (function(flat.view_as(at)) * weight).sum().ToDouble();
            flat[i] = original - step;
            var below = (function(flat.view_as(at)) * weight).sum().ToDouble();
            flat[i] = original;
            expected[i] = (above - below) / (2 * step);
        }
        Same(expected.view_as(at), x.grad!, tolerance);
    }
}
