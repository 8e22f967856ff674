using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Remembers losses and notes; may stop the run after a step.</summary>
internal sealed class Noting(int stopAfter = int.MaxValue) : ITrainingObserver
{
    private readonly CancellationTokenSource _stop = new();

    public CancellationToken Cancellation => _stop.Token;

    public List<string> Notes { get; } = [];

    public Dictionary<int, double> Losses { get; } = [];

    public void Started(RunSummary summary)
    {
    }

    public void Stepped(TrainingProgress progress)
    {
        Losses[progress.Step] = progress.Loss;
        if (progress.Step >= stopAfter)
            _stop.Cancel();
    }

    public void Evaluated(EpochResult epoch)
    {
    }

    public void Noted(string message) => Notes.Add(message);
}
