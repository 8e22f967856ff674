using Peft.Hosting;
using Peft.Training;

namespace Peft.Server.Pages.Runs;

/// <summary>A line of the list of runs.</summary>
internal sealed record RunRow(
    string Name, string State, string Method, string Task, DateTimeOffset At, string MetricName, double? Metric, long? Tunable,
    TimeSpan? Remaining)
{
    /// <summary>Describes a job, with what is known of its result or of its progress.</summary>
    public static RunRow FromJob(FineTuningJob job, RunResult? result, Live.RunFeed? feed) => new(
        job.Name, TextOf(job.State), job.Options.Method, TaskSource.NameFor(job.Options), job.Submitted,
        result?.PrimaryMetric ?? "", result?.Primary ?? (feed?.Epochs is { Count: > 0 } epochs ? epochs[^1].Primary : null),
        (result?.Parameters ?? feed?.Summary?.Parameters)?.Tunable, job.HasEnded ? null : feed?.Progress?.Remaining);

    /// <summary>Describes a run that is no job.</summary>
    public static RunRow FromResult(string name, RunResult result) => new(
        name, TextOf(result.Cancelled ? JobState.Cancelled : JobState.Succeeded), result.Method, result.Task, result.Ended,
        result.PrimaryMetric, result.Primary, result.Parameters.Tunable, null);

    /// <summary>The state in a word.</summary>
    public static string TextOf(JobState state) => state.ToString().ToLowerInvariant();

    /// <summary>Whether each word of a filter is in the name, the state, the method or the task.</summary>
    public bool Matches(string filter) => filter.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
        $"{Name} {State} {Method} {Task}".Contains(word, StringComparison.OrdinalIgnoreCase));
}
