using Peft.Data;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training.Tables;

/// <summary>Losses in float64 beside their formulas and finite differences.</summary>
public sealed class ClassificationLossTests : IDisposable
{
    private const int Rows = 7, Classes = 3;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Balanced_weights_are_scikit_learns() =>
        Assert.Equal([7 / 12f, 7 / 6f, 7 / 3f], ClassificationLoss.Weights([0, 0, 0, 0, 1, 1, 2], 3));

    [Fact]
    public void A_class_without_rows_has_no_weight_and_the_mean_weight_stays_1()
    {
        var weights = ClassificationLoss.Weights([0, 0, 0, 2], 4);
        Assert.Equal([2 / 3f, 0, 2, 0], weights);
    }

    [Fact]
    public void Weighted_cross_entropy_is_its_formula()
    {
        var (outputs, labels) = (Outputs(), tensor(new long[] { 0, 0, 0, 0, 1, 1, 2 }));
        float[] weights = [0.5f, 1.25f, 3];
        var expected = Enumerable.Range(0, Rows).Sum(row =>
        {
            var values = Enumerable.Range(0, Classes).Select(column => outputs[row, column].ToDouble()).ToList();
            var label = (int)labels[row].ToInt64();
            return weights[label] * (Math.Log(values.Sum(Math.Exp)) - values[label]);
        }) / Rows;
        Assert.Equal(expected, Loss(Task(false), TargetScale.None, weights).Compute(outputs, labels).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData("weighted")]
    [InlineData("sets")]
    [InlineData("numbers")]
    public void Gradients_are_finite_differences(string kind)
    {
        Func<Tensor, Tensor> loss = kind switch
        {
            "weighted" => outputs => Loss(Task(false), TargetScale.None, [0.5f, 1.25f, 3]).Compute(
                outputs, tensor(new long[] { 0, 0, 0, 0, 1, 1, 2 })),
            "sets" => outputs => Loss(Task(true), TargetScale.None, null).Compute(outputs, Sets()),
            _ => outputs => Loss(Task(false) with { Labels = [] }, new TargetScale(100, 15), null).Compute(
                outputs[.., 0..1], tensor(new[] { 90.0, 100, 110, 95, 130, 70, 101 })),
        };
        var start = Outputs().requires_grad_(true);
        loss(start).backward();
        const double Step = 1e-6;
        using var frozen = no_grad();
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Classes; column++)
            {
                double At(double step)
                {
                    var moved = start.detach().clone();
                    moved[row, column] = moved[row, column] + step;
                    return loss(moved).ToDouble();
                }

                Assert.Equal((At(Step) - At(-Step)) / (2 * Step), start.grad![row, column].ToDouble(), 1e-7);
            }
        }
    }

    [Fact]
    public void Standardised_targets_are_restored()
    {
        var scale = TargetScale.Measure([90, 110]);
        Assert.Equal(new TargetScale(100, 10), scale);
        float[] outputs = [-1, 0, 2];
        scale.Restore(outputs);
        Assert.Equal([90, 100, 120], outputs);
        Assert.Equal(1, TargetScale.Measure([5, 5]).Deviation);
    }

    private static ClassificationLoss Loss(TaskDefinition task, TargetScale scale, float[]? weights) => new(task, scale, weights);

    private static TaskDefinition Task(bool isMultiLabel) =>
        new("t", "t", ["a", "b", "c"], false, MetricKind.Accuracy, [MetricKind.Accuracy]) { IsMultiLabel = isMultiLabel };

    private static Tensor Outputs(int seed = 3) => randn([Rows, Classes], float64, generator: new Generator((ulong)seed));

    private static Tensor Sets() => tensor(new float[] { 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1 }, Rows, Classes);
}
