using Microsoft.Extensions.DependencyInjection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training.Tests;

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
        using var scope = NewDisposeScope();
        using var host = Watching.Host();
        manual_seed(1);
        var observer = new Noting(stopAfter);
        var options = new TrainingOptions { BatchSize = 1, Epochs = 2, LearningRate = 0.1, CheckpointEvery = 1, Output = Path.Combine(_folder, name), Resume = resume };
        using var model = new PeftModel(nn.Linear(4, 1), "weight");
        var weight = ((Linear)model.Backbone).weight!;
        weight.requires_grad = true;
        var loop = new TrainingLoop(model, options, observer, host.Services.GetRequiredService<TrainingMeters>());
        var outcome = loop.Run(
            [3, 3, 3, 3], new RunExamples(_ => { }, _ => { }), rows => (((weight - rows[0]) * (weight - rows[0])).mean(), 3), (epoch, loss) => new EpochResult(epoch, loss, new Dictionary<string, double>(), 1.0 / epoch),
            observer.Cancellation);
        return (outcome, weight.data<float>().ToArray());
    }
}
