using Peft.Data;

namespace Peft.Training;

/// <summary>
/// What a run learned from its data and predictions need beside the weights. It is stored in the run's result, so that a run on a user's
/// own data can be loaded without the data.
/// </summary>
public sealed record TaskState
{
    /// <summary>The labels, in the order of the head's outputs; empty for scores and texts.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether an example has two texts.</summary>
    public bool IsPair { get; init; }

    /// <summary>The names of the columns that were read, by their part: <c>text</c>, <c>pair</c>, <c>label</c>.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>How the prefixes of tags mark entities, for a task on tokens; null for others.</summary>
    public TagScheme? Scheme { get; init; }

    /// <summary>The template of prompts and completions, as JSON; null for tasks without one.</summary>
    public string? Template { get; init; }

    /// <summary>For each label of a multi-label task, the probability from which it is predicted, tuned on development rows.</summary>
    public IReadOnlyList<double>? Thresholds { get; init; }

    /// <summary>The mean of the training targets of a regression, which predictions add again.</summary>
    public double? TargetMean { get; init; }

    /// <summary>The standard deviation of the training targets of a regression, by which predictions are multiplied again.</summary>
    public double? TargetDeviation { get; init; }
}
