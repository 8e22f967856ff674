using System.Globalization;

namespace Peft.Training;

/// <summary>Writes what a run reports to <c>log.txt</c>, line by line, and passes it on.</summary>
internal sealed class RunLog(TextWriter writer, TimeProvider time, ITrainingObserver inner) : ITrainingObserver
{
    public void Started(RunSummary summary)
    {
        Write($"{summary.Method} on {summary.Task}, seed {summary.Seed}, {summary.TrainRows} training rows, {summary.DevRows} development rows, {summary.Device}");
        Write($"parameters: {summary.Parameters.Tunable} tunable, {summary.Parameters.Trained} trained, {summary.Parameters.Head} head, {summary.Parameters.Backbone} backbone");
        inner.Started(summary);
    }

    public void Stepped(TrainingProgress progress)
    {
        Write($"step {progress.Step}/{progress.TotalSteps} epoch {progress.Epoch} loss {progress.Loss:F5} rate {progress.LearningRate:E3} {progress.TokensPerSecond:F0} tokens/s");
        inner.Stepped(progress);
    }

    public void Evaluated(EpochResult epoch)
    {
        Write($"epoch {epoch.Epoch} train loss {epoch.TrainLoss:F5} {string.Join(' ', epoch.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:F5}")))}");
        inner.Evaluated(epoch);
    }

    private void Write(FormattableString line) => writer.WriteLine($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {line.ToString(CultureInfo.InvariantCulture)}");
}
