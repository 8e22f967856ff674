using Peft.Data;

namespace Peft.Training;

/// <summary>The evaluation of a finished run on some examples.</summary>
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
