using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>A run that is resumed after its best epoch ends with that epoch's weights.</summary>
public sealed class BestEpochResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-best-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_earlier_epoch_that_is_best_stays_so()
    {
        var whole = Run("whole", int.MaxValue, resume: false);
        Run("parts", stopAfter: 6, resume: false);
        var parts = Run("parts", int.MaxValue, resume: true);
        Assert.Equal(1, parts.Outcome.SelectedEpoch);
        Assert.Equal(whole.Outcome.SelectedEpoch, parts.Outcome.SelectedEpoch);
        Assert.Equal(whole.Weights, parts.Weights);
    }

    /// <summary>Two epochs of four steps, of which the first has the better metric.</summary>
    private (TrainingOutcome Outcome, float[] Weights) Run(string name, int stopAfter, bool resume)
    {
        var options = new TrainingOptions {
            BatchSize = 1, Epochs = 2, LearningRate = 0.1, SnapshotEvery = 1, Output = Path.Combine(_folder, name), Resume = resume };
        return OneWeightLoop.Run(
            options, new Noting(stopAfter), examples: 4, (weight, row) => (weight - row).square().mean(), epoch => 1.0 / epoch);
    }
}
