namespace Peft.Hosting;

/// <summary>There is no job of the name.</summary>
/// <param name="name">The name.</param>
public sealed class UnknownJobException(string name) : Exception($"there is no job '{name}'.")
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

/// <summary>A job, or a run's folder, of the name exists.</summary>
/// <param name="name">The name.</param>
public sealed class JobExistsException(string name)
    : Exception($"the name '{name}' is taken by another job or run; submit the job under another name.")
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

/// <summary>A name or a priority of a submitted job is not allowed.</summary>
/// <param name="problem">What was found and what was expected.</param>
public sealed class JobRequestException(string problem) : Exception(problem);

/// <summary>A job has ended, and what was asked for needs one that has not.</summary>
/// <param name="name">The name.</param>
/// <param name="state">How it ended.</param>
public sealed class JobEndedException(string name, JobState state)
    : Exception($"the job '{name}' has ended ({state.ToString().ToLowerInvariant()}), so it cannot be cancelled.")
{
    /// <summary>How it ended.</summary>
    public JobState State { get; } = state;
}

/// <summary>A job that was to be resumed has not ended, or succeeded.</summary>
/// <param name="name">The name.</param>
/// <param name="state">Its state.</param>
public sealed class JobResumeException(string name, JobState state) : Exception(
    $"the job '{name}' is {state.ToString().ToLowerInvariant()}, so it cannot be resumed; only a failed or a cancelled one can.")
{
    /// <summary>Its state.</summary>
    public JobState State { get; } = state;
}

/// <summary>A job that was to have a result failed or was cancelled.</summary>
/// <param name="name">The name.</param>
/// <param name="problem">What happened.</param>
public sealed class JobFailedException(string name, string problem) : Exception($"the job '{name}' {problem}");

/// <summary>The database of the queue, or the folder of the jobs, cannot be used.</summary>
/// <param name="problem">What was found and what to do.</param>
/// <param name="cause">The error of the database or the file system.</param>
public sealed class JobStoreException(string problem, Exception? cause = null) : Exception(problem, cause);
