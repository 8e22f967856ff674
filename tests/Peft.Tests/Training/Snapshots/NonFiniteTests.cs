using Peft.Training;

using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>The policies for losses and gradients that are not finite, on a loop whose losses are made to measure.</summary>
public sealed class NonFiniteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-nonfinite-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_is_skipped_and_leaves_no_trace_in_the_weights(bool gradient)
    {
        var (weights, observer) = Run("skip", bad: [5], gradient);
        Assert.Single(observer.Notes);
        Assert.Contains($"the {(gradient ? "gradient norm" : "loss")} of step", observer.Notes[0]);
        Assert.Contains("the step is skipped", observer.Notes[0]);
        Assert.Equal(15, observer.Losses.Count);
        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_run_is_rolled_back_and_the_step_left_out(bool gradient)
    {
        var (weights, observer) = Run("rollback", bad: [5, 11], gradient);
        Assert.Equal(2, observer.Notes.Count);
        Assert.All(observer.Notes, note => Assert.Matches("rolled back to step \\d+, and step \\d+ will be left out", note));
        Assert.Equal(14, observer.Losses.Count);
        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));

        // Everything is as if the step had been left out at once.
        Directory.Delete(_folder, recursive: true);
        Assert.Equal(weights, Run("skip", bad: [5, 11], gradient).Weights);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void By_default_the_run_stops_with_the_step_named(bool gradient)
    {
        var observer = new Noting();
        var problem = Assert.Throws<NonFiniteLossException>(() => Run("stop", bad: [5], gradient, observer));
        Assert.Contains(gradient ? "the gradient norm of step" : "the loss of step", problem.Message);
        Assert.Contains("stopped", Assert.Single(observer.Notes));
    }

    [Theory]
    [InlineData("skip")]
    [InlineData("rollback")]
    public void Losses_that_are_never_finite_stop_the_run_in_the_end(string policy)
    {
        var observer = new Noting();
        Assert.Throws<NonFiniteLossException>(() => Run(policy, [.. Enumerable.Range(0, 16)], gradient: false, observer));
        Assert.Equal(11, observer.Notes.Count);
    }

    /// <summary>Sixteen steps of one example each; the bad ones give NaN as their loss, or as their gradient.</summary>
    private (float[] Weights, Noting Observer) Run(string policy, int[] bad, bool gradient, Noting? observer = null)
    {
        observer ??= new Noting();
        var options = new TrainingOptions {
            BatchSize = 1, Epochs = 1, LearningRate = 0.1, NonFinite = policy, SnapshotEvery = 4, Output = _folder };
        return (OneWeightLoop.Run(options, observer, examples: 16, Loss, _ => 0).Weights, observer);

        Tensor Loss(Tensor weight, int row)
        {
            var loss = ((weight - row) * (weight - row)).mean();
            if (!bad.Contains(row))
                return loss;
            return gradient ? loss + (weight * 0).sqrt().sum() : loss * double.NaN;
        }
    }
}
