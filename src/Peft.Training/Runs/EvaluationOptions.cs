namespace Peft.Training;

/// <summary>What <see cref="TrainedModel.Evaluate(EvaluationOptions, Action{string})"/> evaluates.</summary>
public sealed record EvaluationOptions
{
    /// <summary>
    /// The task's folder, or, of a run on a table, a file whose rows are all scored; null for the run's development rows.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>The column of texts in <see cref="Data"/>; null for the name that the run read.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The column of second texts; null for the name that the run read.</summary>
    public string? PairColumn { get; init; }

    /// <summary>The column of labels or numbers; null for the name that the run read.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Whether malformed rows are skipped. They are also skipped if the run's settings say so.</summary>
    public bool SkipMalformed { get; init; }

    /// <summary>The largest number of wrong predictions that are listed; 0 for none.</summary>
    public int MostErrors { get; init; }
}
