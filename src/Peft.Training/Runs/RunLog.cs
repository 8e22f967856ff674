using System.Globalization;

namespace Peft.Training;

/// <summary>Writes a run's progress to <c>log.txt</c>, line by line, and forwards it to another observer.</summary>
internal sealed class RunLog(RunLogFile file, TimeProvider time, ITrainingObserver inner) : ITrainingObserver
{
    public void Started(RunSummary summary)
    {
        file.Start();
        var rows = FormattableString.Invariant($"{summary.TrainRows} training rows, {summary.DevRows} development rows");
        Write($"{summary.Method} on {summary.Task}, seed {summary.Seed}, {rows}, {summary.Device}");
        var counts = summary.Parameters;
        Write($"parameters: {counts.Tunable} tunable, {counts.Trained} trained, {counts.Head} head, {counts.Backbone} backbone");
        inner.Started(summary);
    }

    public void Stepped(TrainingProgress progress)
    {
        var position = FormattableString.Invariant($"step {progress.Step}/{progress.TotalSteps} epoch {progress.Epoch}");
        Write($"{position} loss {progress.Loss:F5} rate {progress.LearningRate:E3} {progress.TokensPerSecond:F0} tokens/s");
        inner.Stepped(progress);
    }

    public void Evaluated(EpochResult epoch)
    {
        var metrics = string.Join(' ', epoch.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} "
            + $"{metric.Value:F5}")));
        Write($"epoch {epoch.Epoch} train loss {epoch.TrainLoss:F5} {metrics}");
        inner.Evaluated(epoch);
    }

    public void Decoded(int done, int total)
    {
        Write($"decoded {done} of {total} contexts");
        inner.Decoded(done, total);
    }

    public void Noted(string message)
    {
        Write($"{message}");
        inner.Noted(message);
    }

    private void Write(FormattableString line) =>
        file.Write(string.Create(
            CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {FormattableString.Invariant(line)}"));
}
