using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

public sealed class ConsistencyLossTests
{
    [Fact]
    public void Value_is_half_the_sum_of_both_divergences_averaged_over_rows()
    {
        // p1 = (1/2, 1/2), p2 = (3/4, 1/4): KL(p2||p1) = ln 2 + 3/4 ln 3/4 + 1/4 ln 1/4, KL(p1||p2) = -ln 2 - 1/2 ln 3/4 - 1/2 ln 1/4.
        var first = tensor(new[] { 0.0, 0.0 }, 1, 2);
        var second = tensor(new[] { Math.Log(3), 0.0 }, 1, 2);
        var expected = 0.5 * (((0.75 * Math.Log(0.75)) + (0.25 * Math.Log(0.25)) + Math.Log(2))
            + (-Math.Log(2) - (0.5 * Math.Log(0.75)) - (0.5 * Math.Log(0.25))));
        Assert.Equal(expected, ConsistencyLoss.Compute(first, second).item<double>(), 1e-12);
    }

    [Fact]
    public void A_single_output_has_none() => Assert.Equal(0, ConsistencyLoss.Compute(rand(4, 1), rand(4, 1)).ToDouble());

    [Fact]
    public void Each_passs_gradient_is_that_of_the_divergence_to_the_other_held_fixed()
    {
        manual_seed(3);
        var first = randn(3, 4, dtype: ScalarType.Float64).requires_grad_();
        var second = randn(3, 4, dtype: ScalarType.Float64).requires_grad_();
        ConsistencyLoss.Compute(first, second).backward();
        AssertGradient(first, second.detach());
        AssertGradient(second, first.detach());
    }

    /// <summary>d/dz of 1/2 KL(sg target || softmax z) / rows, by differences.</summary>
    private static void AssertGradient(Tensor logits, Tensor target)
    {
        using var frozen = no_grad();
        var logTarget = target.log_softmax(-1);
        double Value(Tensor z) => 0.5 * (logTarget.exp() * (logTarget - z.log_softmax(-1))).sum().item<double>() / 3;
        const double Step = 1e-6;
        for (var element = 0; element < 12; element++)
        {
            var shift = zeros(12, dtype: ScalarType.Float64);
            shift[element] = Step;
            var numeric = (Value(logits + shift.view(3, 4)) - Value(logits - shift.view(3, 4))) / (2 * Step);
            Assert.Equal(numeric, logits.grad!.view(-1)[element].item<double>(), 1e-8);
        }
    }
}
