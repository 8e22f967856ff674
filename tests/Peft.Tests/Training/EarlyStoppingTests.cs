using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Which epochs are run and evaluated, with metrics that are made to measure.</summary>
public sealed class EarlyStoppingTests : IDisposable
{
    private const int StepsPerEpoch = 4;
    private static readonly double[] s_peak = [0.1, 0.5, 0.4, 0.3, 0.45, 0.9, 0.9, 0.9];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-early-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(2, 4, 2)]
    [InlineData(3, 5, 2)]
    [InlineData(4, 8, 6)]
    [InlineData(0, 8, 6)]
    public void A_run_ends_after_so_many_epochs_without_a_better_metric(int patience, int epochs, int selected)
    {
        var outcome = Run(new TrainingOptions { EarlyStopping = patience }).Outcome;
        Assert.Equal((epochs, selected, epochs * StepsPerEpoch), (outcome.Epochs.Count, outcome.SelectedEpoch, outcome.Steps));
        Assert.Equal(epochs < 8 ? RunEnd.EarlyStopping : RunEnd.Epochs, outcome.EndedBy);
    }

    [Fact]
    public void A_run_that_reached_its_last_epoch_was_not_stopped_early()
    {
        var outcome = Run(new TrainingOptions { EarlyStopping = 2, Epochs = 4 }).Outcome;
        Assert.Equal((RunEnd.Epochs, 4), (outcome.EndedBy, outcome.Epochs.Count));
        Assert.Equal(RunEnd.MaxSteps, Run(new TrainingOptions { EarlyStopping = 2, MaxSteps = 6 }).Outcome.EndedBy);
    }

    [Theory]
    [InlineData(5)] // within the second epoch
    [InlineData(8)] // after the best epoch
    [InlineData(13)]
    [InlineData(15)]
    public void A_run_that_is_resumed_stops_at_the_same_epoch(int stopAfter)
    {
        var whole = Run(Kept("whole"));
        Assert.Equal(4, whole.Outcome.Epochs.Count);
        Assert.Equal(RunEnd.Cancelled, Run(Kept("parts"), stopAfter).Outcome.EndedBy);
        var parts = Run(Kept("parts") with { Resume = true });
        Assert.Equal(whole.Outcome.Epochs, parts.Outcome.Epochs, (one, other) => one.Epoch == other.Epoch && one.Primary == other.Primary);
        Assert.Equal(
            (RunEnd.EarlyStopping, whole.Outcome.SelectedEpoch, whole.Outcome.Steps),
            (parts.Outcome.EndedBy, parts.Outcome.SelectedEpoch, parts.Outcome.Steps));
        Assert.Equal(whole.Weights, parts.Weights);
        var again = Run(Kept("parts") with { Resume = true }); // the run is over already
        Assert.Equal((16, whole.Outcome.SelectedEpoch), (again.Outcome.Steps, again.Outcome.SelectedEpoch));
    }

    [Fact]
    public void It_is_refused_with_the_last_epochs_weights() => Assert.Equal(
        "--early-stopping: keeps the weights of the best epoch, and --keep-last those of the last; leave one out.",
        Assert.Throws<TrainingOptionsException>(
            () => TrainingOptionsCheck.Check(new TrainingOptions { EarlyStopping = 1, KeepLast = true })).Message);

    [Theory]
    [InlineData(3, 8, new[] { 3, 6, 8 }, 6)]
    [InlineData(4, 8, new[] { 4, 8 }, 8)]
    [InlineData(20, 5, new[] { 5 }, 5)]
    public void Every_so_many_epochs_and_the_last_are_evaluated(int every, int epochs, int[] evaluated, int selected)
    {
        var outcome = Run(new TrainingOptions { EvaluateEvery = every, Epochs = epochs }).Outcome;
        Assert.Equal(evaluated, outcome.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal((selected, epochs * StepsPerEpoch), (outcome.SelectedEpoch, outcome.Steps));
    }

    [Fact]
    public void The_epoch_that_the_limit_of_steps_ends_is_evaluated()
    {
        var outcome = Run(new TrainingOptions { EvaluateEvery = 3, MaxSteps = 18 }).Outcome;
        Assert.Equal([3, 5], outcome.Epochs.Select(epoch => epoch.Epoch));
    }

    [Fact]
    public void With_keep_last_the_last_epoch_is_selected_whether_it_is_better_or_not()
    {
        var outcome = Run(new TrainingOptions { EvaluateEvery = 2, Epochs = 5, KeepLast = true }).Outcome;
        Assert.Equal((5, 3), (outcome.SelectedEpoch, outcome.Epochs.Count));
    }

    private TrainingOptions Kept(string name) => new()
    {
        EarlyStopping = 2, SnapshotEvery = 1, Output = Path.Combine(_folder, name),
    };

    /// <summary>Eight epochs of four steps, unless the options say less.</summary>
    private static (TrainingOutcome Outcome, float[] Weights) Run(TrainingOptions options, int stopAfter = int.MaxValue) =>
        OneWeightLoop.Run(
            options with
            {
                BatchSize = 1, LearningRate = 0.1, Epochs = options.Epochs == new TrainingOptions().Epochs ? 8 : options.Epochs,
            },
            new Noting(stopAfter), StepsPerEpoch, (weight, row) => (weight - row).square().mean(), epoch => s_peak[epoch - 1]);
}
