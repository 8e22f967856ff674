namespace Peft.Training;

/// <summary>
/// Forwards progress, but forwards notices about the data only once, because the runs of a comparison read the same files.
/// </summary>
internal sealed class NoticesOnce(ITrainingObserver inner) : ITrainingObserver
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Adds the notices about the data of a run that ended.</summary>
    public void Remember(IEnumerable<string> notices) => _known.UnionWith(notices);

    public void Started(RunSummary summary) => inner.Started(summary);

    public void Stepped(TrainingProgress progress) => inner.Stepped(progress);

    public void Evaluated(EpochResult epoch) => inner.Evaluated(epoch);

    public void Decoded(int done, int total) => inner.Decoded(done, total);

    public void Noted(string message)
    {
        if (!_known.Contains(message))
            inner.Noted(message);
    }
}
