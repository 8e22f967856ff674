using System.Text.Json;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server;

/// <summary>A job that a client submits.</summary>
/// <param name="Options">Options by the names of the command line without dashes; <c>set</c> holds options of methods.</param>
/// <param name="Name">The job's name; null for one made of the method, the task and the time.</param>
/// <param name="Priority">-9 to 9; higher ones run first.</param>
internal sealed record JobSubmission(Dictionary<string, JsonElement> Options, string? Name = null, int Priority = 0);

/// <summary>A job as clients see it: without folders of the server.</summary>
internal sealed record JobView(
    string Name, string State, string Method, string Task, string Backbone, string Device, int Priority, int Seed, DateTimeOffset Submitted,
    DateTimeOffset? Started, DateTimeOffset? Ended, int Attempts, string? Error)
{
    public static JobView FromJob(FineTuningJob job, Problems problems) => new(
        job.Name, job.State.ToString().ToLowerInvariant(), job.Options.Method, TaskSource.NameFor(job.Options),
        Path.GetFileName(job.Options.Backbone), job.Device, job.Priority, job.Options.Seed, job.Submitted, job.Started, job.Ended,
        job.Attempts, job.Error is { } error ? problems.WithoutFolders(error) : null);
}

/// <summary>The result of a run as clients see it.</summary>
internal sealed record ResultView(
    string Name, string Method, string Task, IReadOnlyDictionary<string, double> Metrics, string PrimaryMetric, int SelectedEpoch,
    int Steps, double Seconds, bool Cancelled, ParameterCounts Parameters, IReadOnlyList<EpochResult> Epochs, IReadOnlyList<string> Notices,
    DateTimeOffset Ended)
{
    public static ResultView FromResult(string name, RunResult result) => new(
        name, result.Method, result.Task, result.Metrics, result.PrimaryMetric, result.SelectedEpoch, result.Steps, result.Seconds,
        result.Cancelled, result.Parameters, result.Epochs, result.Notices, result.Ended);
}
