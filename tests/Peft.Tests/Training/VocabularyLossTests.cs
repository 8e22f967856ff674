using Peft.Training;

using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>The loss by blocks of rows beside the losses of whole logits.</summary>
public sealed class VocabularyLossTests
{
    private const int Hidden = 6, Words = 11;

    public static TheoryData<int, double,
        double> Cases { get; } = new() { { 1, 0, 0 }, { 300, 0, 0 }, { 300, 0.1, 0 }, { 128, 0, 0.7 }, { 300, 0.1, 0.7 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradients_are_those_of_whole_logits(int rows, double smoothing, double consistency)
    {
        using var scope = NewDisposeScope();
        foreach (var (dtype, tolerance) in new[] { (ScalarType.Float64, 1e-12), (ScalarType.Float32, 1e-5) })
        {
            var (inputs, labels) = Inputs(rows, consistency > 0, dtype);
            var loss = VocabularyLoss.Compute(
                inputs[0], inputs.Length > 2 ? inputs[2] : null, inputs[1], labels,
                new LossWeights(smoothing, consistency, labels.shape[0]));
            var mine = Backward.Gradients([loss * 3], inputs);
            var whole = Whole(inputs, labels, smoothing, consistency);
            var theirs = Backward.Gradients([whole * 3], inputs);
            Assert.Equal(dtype, loss.dtype);
            Assert.InRange((loss - whole).abs().to_type(ScalarType.Float64).item<double>(), 0, tolerance);
            foreach (var (left, right) in mine.Zip(theirs))
                Assert.InRange((left! - right!).abs().max().to_type(ScalarType.Float64).item<double>(), 0, tolerance);
        }
    }

    /// <summary>Finite differences of the loss; consistency's targets have no gradient, so they are held fixed.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Gradients_are_finite_differences(double smoothing)
    {
        using var scope = NewDisposeScope();
        var (inputs, labels) = Inputs(rows: 3, second: false, ScalarType.Float64);
        var gradients = Backward.Gradients(
            [VocabularyLoss.Compute(inputs[0], null, inputs[1], labels, new LossWeights(smoothing, 0, labels.shape[0]))], inputs);
        using var frozen = no_grad();
        double At(Tensor values, long element, double step)
        {
            values.view(-1)[element] += step;
            var loss = VocabularyLoss.Compute(inputs[0], null, inputs[1], labels, new LossWeights(smoothing, 0, labels.shape[0]))
                .item<double>();
            values.view(-1)[element] -= step;
            return loss;
        }

        foreach (var (values, gradient) in inputs.Zip(gradients))
        {
            for (long element = 0; element < values.numel(); element++)
            {
                var difference = (At(values, element, 1e-5) - At(values, element, -1e-5)) / 2e-5;
                Assert.Equal(difference, gradient!.view(-1)[element].item<double>(), 1e-8);
            }
        }
    }

    [Fact]
    public void A_frozen_head_has_no_gradient_and_no_graph_is_kept_without_one()
    {
        using var scope = NewDisposeScope();
        var (inputs, labels) = Inputs(rows: 4, second: false, ScalarType.Float32);
        inputs[1].requires_grad_(false);
        Backward.Run(VocabularyLoss.Compute(inputs[0], null, inputs[1], labels, new LossWeights(0, 0, labels.shape[0])));
        Assert.NotNull(inputs[0].grad);
        Assert.Null(inputs[1].grad);
        inputs[0].requires_grad_(false);
        Assert.False(VocabularyLoss.Compute(inputs[0], null, inputs[1], labels, new LossWeights(0, 0, labels.shape[0])).requires_grad);
    }

    /// <summary>Hidden states, head and, if asked for, the second pass's hidden states.</summary>
    private static (Tensor[] Inputs, Tensor Labels) Inputs(int rows, bool second, ScalarType dtype)
    {
        random.manual_seed(7);
        Tensor Leaf(int count) => randn([count, Hidden], dtype: dtype).requires_grad_(true);
        return ([Leaf(rows), Leaf(Words), .. second ? (Tensor[])[Leaf(rows)] : []], randint(0, Words, [rows], dtype: ScalarType.Int64));
    }

    private static Tensor Whole(Tensor[] inputs, Tensor labels, double smoothing, double consistency)
    {
        var first = inputs[0].mm(inputs[1].t());
        var loss = LanguageModelLoss.Compute(first, labels, smoothing);
        return inputs.Length < 3 ? loss : loss + consistency * ConsistencyLoss.Compute(first, inputs[2].mm(inputs[1].t()));
    }
}
