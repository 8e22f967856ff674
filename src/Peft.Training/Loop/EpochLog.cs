using Microsoft.Extensions.Logging;

namespace Peft.Training;

/// <summary>Logs a line for each epoch, adds the epoch to the trace, and forwards all progress.</summary>
/// <param name="logger">Receives the lines.</param>
/// <param name="inner">Receives the progress; null for none.</param>
internal sealed partial class EpochLog(ILogger logger, ITrainingObserver? inner) : ITrainingObserver
{
    public void Started(RunSummary summary) => inner?.Started(summary);

    public void Stepped(TrainingProgress progress) => inner?.Stepped(progress);

    public void Evaluated(EpochResult epoch)
    {
        LogEpoch(logger, epoch.Epoch, epoch.TrainLoss, epoch.Primary);
        TrainingActivities.Add(epoch);
        inner?.Evaluated(epoch);
    }

    public void Decoded(int done, int total) => inner?.Decoded(done, total);

    public void Noted(string message) => inner?.Noted(message);

    [LoggerMessage(1, LogLevel.Information, "epoch {Epoch}: train loss {Loss:F4}, development metric {Metric:F4}")]
    private static partial void LogEpoch(ILogger logger, int epoch, double loss, double metric);
}
