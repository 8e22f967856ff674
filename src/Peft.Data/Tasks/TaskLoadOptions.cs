namespace Peft.Data;

/// <summary>Which examples of a task to read.</summary>
public sealed record TaskLoadOptions
{
    /// <summary>
    /// The largest number of training examples: the first ones after a shuffle by <see cref="Seed"/>. <see langword="null"/>: all, in file
    /// order.
    /// </summary>
    public int? TrainLimit { get; init; }

    /// <summary>The largest number of dev examples, selected the same way.</summary>
    public int? DevLimit { get; init; }

    /// <summary>The seed for selecting examples under a limit.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Another training file, by name within the folder.</summary>
    public string? TrainFile { get; init; }

    /// <summary>Another dev file, e.g. <c>dev_mismatched.tsv</c>.</summary>
    public string? DevFile { get; init; }

    /// <summary>
    /// Skips malformed rows instead of failing: a wrong number of columns, an unknown label, no number for a score. The splits list them
    /// (<see cref="TaskSplit.Skipped"/>). More than half of a file is not skipped.
    /// </summary>
    public bool SkipMalformedRows { get; init; }
}
