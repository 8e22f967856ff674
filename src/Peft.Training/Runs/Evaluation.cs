using Peft.Data;

namespace Peft.Training;

/// <summary>What <see cref="TrainedModel.Evaluate(EvaluationOptions, Action{string})"/> evaluates.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The task's folder, or, of a run on a table, a file whose rows are all scored; null for the run's development
    /// rows.</summary>
    public string? Data { get; init; }

    /// <summary>The column of texts in <see cref="Data"/>; null for the name that the run read.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The column of second texts; null for the name that the run read.</summary>
    public string? PairColumn { get; init; }

    /// <summary>The column of labels or numbers; null for the name that the run read.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Whether malformed rows are skipped; they are too if the run's settings say so.</summary>
    public bool SkipMalformed { get; init; }

    /// <summary>The most wrong predictions that are listed; 0 for none.</summary>
    public int MostErrors { get; init; }
}

/// <summary>How a finished run does on some examples.</summary>
/// <param name="Metrics">Metrics by name.</param>
/// <param name="Rows">The number of examples.</param>
public sealed record Evaluation(IReadOnlyDictionary<string, double> Metrics, int Rows)
{
    /// <summary>How the model judges each class; null for tasks without classes of a user's own.</summary>
    public ClassReport? Classes { get; init; }

    /// <summary>
    /// The wrong predictions, the most confident first, or the largest differences of numbers; null if none were asked for, and for tasks
    /// whose predictions are not right or wrong row by row.
    /// </summary>
    public IReadOnlyList<WrongPrediction>? Errors { get; init; }
}
