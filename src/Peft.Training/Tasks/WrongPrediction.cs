namespace Peft.Training;

/// <summary>A prediction that differs from the row's label, labels or number.</summary>
/// <param name="Row">The number of the row among those that were evaluated, from 1.</param>
/// <param name="Text">The text, or the first text of a pair.</param>
/// <param name="Pair">The second text; null for single texts.</param>
/// <param name="Actual">The row's label, its labels separated by commas, or its number.</param>
/// <param name="Predicted">What was predicted instead.</param>
public sealed record WrongPrediction(int Row, string Text, string? Pair, string Actual, string Predicted)
{
    /// <summary>
    /// The probability of the predicted class, from 0 to 1; of a task with several labels, the highest probability that was given to a
    /// wrong decision about one of them. Null for numbers.
    /// </summary>
    public double? Probability { get; init; }

    /// <summary>The predicted number minus the row's; null for classes.</summary>
    public double? Difference { get; init; }
}
