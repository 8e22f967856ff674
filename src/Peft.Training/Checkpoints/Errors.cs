namespace Peft.Training;

/// <summary>Base class of errors about a run's checkpoints.</summary>
public abstract class CheckpointException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A checkpoint could not be written. Earlier checkpoints are unchanged.</summary>
public sealed class CheckpointWriteException : CheckpointException
{
    internal CheckpointWriteException(string folder, int step, int? last, Exception inner)
        : base(
            $"{folder}: the checkpoint of step {step} could not be written ({inner.Message.TrimEnd('.')}); training stopped. "
            + (last is {
                } kept ? $"The checkpoint of step {kept} is intact: free space or correct the access rights, and resume with --resume."
                : "There is no earlier checkpoint."),
            inner) { }
}

/// <summary>A run cannot resume from the existing checkpoints.</summary>
public sealed class ResumeException : CheckpointException
{
    internal ResumeException(string path, string problem, Exception? inner = null) : base($"{path}: {problem}", inner) { }
}
