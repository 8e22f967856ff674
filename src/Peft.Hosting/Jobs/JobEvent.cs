using System.Text.Json;
using System.Text.Json.Serialization;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>Something that happened in a job. Each is a line of <c>events.jsonl</c> in the job's folder.</summary>
/// <param name="At">When it happened.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(JobStarted), "started")]
[JsonDerivedType(typeof(JobStepped), "stepped")]
[JsonDerivedType(typeof(JobEvaluated), "evaluated")]
[JsonDerivedType(typeof(JobDecoded), "decoded")]
[JsonDerivedType(typeof(JobNoted), "noted")]
[JsonDerivedType(typeof(JobEnded), "ended")]
public abstract record JobEvent(DateTimeOffset At)
{
    /// <summary>Its kind, as in JSON: <c>started</c>, <c>stepped</c>, <c>evaluated</c>, <c>decoded</c>, <c>noted</c> or
    /// <c>ended</c>.</summary>
    [JsonIgnore]
    public string Kind => GetType().Name["Job".Length..].ToLowerInvariant();

    /// <summary>Its line in <c>events.jsonl</c>, without the line's end.</summary>
    /// <returns>A JSON object.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, JobEventLog.Json);
}

/// <summary>
/// A host began to train. After a crash or a restart the run continues from its last snapshot: steps after it are reported again.
/// </summary>
/// <param name="At">When it happened.</param>
/// <param name="Attempt">1 for the first time.</param>
/// <param name="Host">The host.</param>
/// <param name="Summary">What is trained.</param>
public sealed record JobStarted(DateTimeOffset At, int Attempt, string Host, RunSummary Summary) : JobEvent(At);

/// <summary>An optimiser step was done.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Progress">The progress after the step.</param>
public sealed record JobStepped(DateTimeOffset At, TrainingProgress Progress) : JobEvent(At);

/// <summary>The development metrics of an epoch were computed.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Epoch">The epoch's result.</param>
public sealed record JobEvaluated(DateTimeOffset At, EpochResult Epoch) : JobEvent(At);

/// <summary>Contexts of a data-to-text task were decoded.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Done">The number of decoded contexts.</param>
/// <param name="Total">The number of all contexts.</param>
public sealed record JobDecoded(DateTimeOffset At, int Done, int Total) : JobEvent(At);

/// <summary>A notice for the user.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Message">The notice, on one line.</param>
public sealed record JobNoted(DateTimeOffset At, string Message) : JobEvent(At);

/// <summary>The job ended. No event follows.</summary>
/// <param name="At">When it happened.</param>
/// <param name="State">How it ended.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record JobEnded(DateTimeOffset At, JobState State, string? Error) : JobEvent(At);
