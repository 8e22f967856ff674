using TorchSharp;
using TorchSharp.Modules;

namespace Peft.Training;

/// <summary>
/// Writes a run's curves as TensorBoard events and forwards the progress: loss, learning rate and tokens per second by step, metrics by
/// epoch. If the folder cannot be written to, one notice is given, no more events are written, and training continues.
/// </summary>
internal sealed class TensorboardLog : ITrainingObserver
{
    /// <summary>The folder within the run's folder.</summary>
    public const string FolderName = "tensorboard";

    private readonly ITrainingObserver _inner;
    private readonly string _folder;
    private SummaryWriter? _writer;
    private bool _isBroken;

    /// <summary>Wraps an observer. The events file is created at the first event.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="inner">Receives the progress.</param>
    public TensorboardLog(string run, ITrainingObserver inner) => (_folder, _inner) = (Path.Combine(run, FolderName), inner);

    public void Started(RunSummary summary) => _inner.Started(summary);

    public void Stepped(TrainingProgress progress)
    {
        Write(writer =>
        {
            writer.add_scalar("train/loss", (float)progress.Loss, progress.Step);
            writer.add_scalar("train/learning-rate", (float)progress.LearningRate, progress.Step);
            writer.add_scalar("train/tokens-per-second", (float)progress.TokensPerSecond, progress.Step);
        });
        _inner.Stepped(progress);
    }

    public void Evaluated(EpochResult epoch)
    {
        Write(writer =>
        {
            writer.add_scalar("epoch/train-loss", (float)epoch.TrainLoss, epoch.Epoch);
            foreach (var (name, value) in epoch.Metrics)
                writer.add_scalar($"development/{name}", (float)value, epoch.Epoch);
            if (epoch.ExpertSimilarity is { } similarity)
                writer.add_scalar("mixture/expert-similarity", (float)similarity, epoch.Epoch);
        });
        _inner.Evaluated(epoch);
    }

    public void Decoded(int done, int total) => _inner.Decoded(done, total);

    public void Noted(string message) => _inner.Noted(message);

    private void Write(Action<SummaryWriter> write)
    {
        if (_isBroken)
            return;
        try
        {
            write(_writer ??= torch.utils.tensorboard.SummaryWriter(_folder, createRunName: false));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            _inner.Noted($"{_folder}: no more events are written ({problem.Message})");
        }
    }
}
