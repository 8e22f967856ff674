namespace Peft.Training;

/// <summary>Base class of errors about a run's snapshots.</summary>
public abstract class SnapshotException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A snapshot could not be written. Earlier snapshots are unchanged.</summary>
public sealed class SnapshotWriteException : SnapshotException
{
    internal SnapshotWriteException(string folder, int step, int? last, Exception inner)
        : base(
            $"{folder}: the snapshot of step {step} could not be written ({inner.Message.TrimEnd('.')}); training stopped. "
            + (last is {
                } kept ? $"The snapshot of step {kept} is intact: free space or correct the access rights, and resume with --resume."
                : "There is no earlier snapshot."),
            inner) { }
}

/// <summary>A run cannot resume from the existing snapshots.</summary>
public sealed class ResumeException : SnapshotException
{
    internal ResumeException(string path, string problem, Exception? inner = null) : base($"{path}: {problem}", inner) { }
}
