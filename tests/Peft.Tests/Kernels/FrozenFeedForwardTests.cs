using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Tests.Kernels;

/// <summary>The feed-forward block with frozen weights as one operation.</summary>
public sealed class FrozenFeedForwardTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public FrozenFeedForwardTests() => manual_seed(3).Dispose();

    public void Dispose() => _scope.Dispose();

    /// <summary>More tokens than are computed at a time, and sizes that no vector divides.</summary>
    [Theory]
    [InlineData("gelu", ScalarType.Float32)]
    [InlineData("gelu_new", ScalarType.Float32)]
    [InlineData("gelu", ScalarType.BFloat16)]
    [InlineData("gelu_new", ScalarType.BFloat16)]
    public void It_is_what_operators_compute(string activation, ScalarType type)
    {
        var (up, down) = Maps(type);
        var x = (3 * randn(3, 101, 7)).to_type(type).detach().requires_grad_();
        var slope = randn(3, 101, 7).to_type(type);
        var expected = Results(x, slope, () => Plainly(x, up, down, activation));
        var found = Results(x, slope, () => FrozenFeedForward.TryApply(x, up, down, activation)!);
        foreach (var (one, other) in expected.Zip(found))
        {
            Assert.Equal(type, other.dtype);
            Assert.Equal(one.shape, other.shape);
            Assert.True((one - other).abs().max().to_type(ScalarType.Float32).item<float>() < (type == ScalarType.Float32 ? 1e-5 : 0.1));
        }
    }

    /// <summary>The exact function in float64 against ours in float32, through maps that change nothing.</summary>
    [Theory]
    [InlineData("gelu")]
    [InlineData("gelu_new")]
    public void Values_and_derivatives_are_those_of_float64(string activation)
    {
        using var frozen = no_grad();
        var (up, down) = (nn.Linear(1, 1, false), nn.Linear(1, 1, false));
        foreach (var map in (Linear[])[up, down])
        {
            map.weight!.fill_(1);
            map.weight!.requires_grad = false;
        }

        using var recorded = enable_grad();
        var exact = linspace(-15, 15, 100_001, ScalarType.Float64).unsqueeze(1).requires_grad_();
        var x = exact.detach().to_type(ScalarType.Float32).requires_grad_();
        var values = activation == "gelu" ? nn.functional.gelu(exact) : nn.functional.gelu(exact, GELU.Approximate.tanh);
        Backward.Run(values.sum());
        var found = FrozenFeedForward.TryApply(x, up, down, activation)!;
        Backward.Run(found.sum());
        Assert.True((values - found).abs().max().item<double>() < 2e-6);
        Assert.True((exact.grad! - x.grad!).abs().max().item<double>() < 5e-6);
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        var (up, down) = Maps(ScalarType.Float32);
        var x = randn(11, 7).requires_grad_();
        var slope = randn(11, 7);
        Backward.Run((FrozenFeedForward.TryApply(x, up, down, "gelu")! * slope).sum());
        using var frozen = no_grad();
        var direction = randn(11, 7);
        double Loss(double step) => (FrozenFeedForward.TryApply(x + (step * direction), up, down, "gelu")! * slope).sum(ScalarType.Float64).item<double>();
        var expected = (Loss(1e-2) - Loss(-1e-2)) / 2e-2;
        var found = (x.grad! * direction).sum().item<float>();
        Assert.InRange(found, expected - (1e-3 * (1 + Math.Abs(expected))), expected + (1e-3 * (1 + Math.Abs(expected))));
    }

    [Fact]
    public void What_it_cannot_compute_is_left_to_operators()
    {
        var (up, down) = Maps(ScalarType.Float32);
        var x = randn(3, 7);
        Assert.Null(FrozenFeedForward.TryApply(x, up, down, "relu"));
        Assert.Null(FrozenFeedForward.TryApply(x.to_type(ScalarType.Float64), up, down, "gelu"));
        up.weight!.requires_grad = true;
        Assert.Null(FrozenFeedForward.TryApply(x, up, down, "gelu"));
    }

    private static (Linear Up, Linear Down) Maps(ScalarType type)
    {
        var (up, down) = (nn.Linear(7, 37), nn.Linear(37, 7));
        foreach (var map in (Linear[])[up, down])
        {
            map.to(type);
            map.weight!.requires_grad = map.bias!.requires_grad = false;
        }

        return (up, down);
    }

    private static Tensor Plainly(Tensor x, Linear up, Linear down, string activation)
    {
        var wide = up.call(x);
        return down.call(activation == "gelu" ? nn.functional.gelu(wide) : nn.functional.gelu(wide, GELU.Approximate.tanh));
    }

    private static Tensor[] Results(Tensor x, Tensor slope, Func<Tensor> block)
    {
        x.grad = null!;
        var output = block();
        Backward.Run((output * slope).sum());
        return [output.detach(), x.grad!.clone()];
    }
}
