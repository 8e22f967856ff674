using Peft.Training;

namespace Peft.Hosting;

/// <summary>The state of a job.</summary>
public enum JobState
{
    /// <summary>It waits for the device, or for a host that takes it over after a crash or a restart.</summary>
    Queued,

    /// <summary>It trains.</summary>
    Running,

    /// <summary>It ended, and its folder holds the result.</summary>
    Succeeded,

    /// <summary>It ended with <see cref="FineTuningJob.Error"/>.</summary>
    Failed,

    /// <summary>It was cancelled; its folder holds the adapter of the steps done, if there were any.</summary>
    Cancelled,
}

/// <summary>A training job that is submitted.</summary>
/// <param name="Options">
/// The run's options. The folder of the job replaces <see cref="TrainingOptions.Output"/>. Without
/// <see cref="TrainingOptions.SnapshotEvery"/>, the host's <see cref="FineTuningJobOptions.SnapshotEvery"/> applies.
/// </param>
public sealed record FineTuningJobRequest(TrainingOptions Options)
{
    /// <summary>
    /// The name, which is also the name of the run's folder: letters, digits, <c>.</c>, <c>-</c> and <c>_</c>, at most 100; null for one
    /// made of the method, the task and the time.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Jobs of a higher priority run first, those of equal priority in the order of their submission; -9 to 9.</summary>
    public int Priority { get; init; }
}

/// <summary>A training job, as its folder describes it.</summary>
public sealed record FineTuningJob
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Its state.</summary>
    public required JobState State { get; init; }

    /// <summary>The options of its run.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Jobs of a higher priority run first.</summary>
    public required int Priority { get; init; }

    /// <summary>The device that it waits for or runs on: <c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>When a host first began to train it; null if none did.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The host that trains it, or trained it last; null if none did.</summary>
    public string? Host { get; init; }

    /// <summary>How often a host began to train it: more than once after a crash or a restart.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it failed; null unless <see cref="State"/> is <see cref="JobState.Failed"/>.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it has succeeded, failed or been cancelled.</summary>
    public bool HasEnded => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;
}
