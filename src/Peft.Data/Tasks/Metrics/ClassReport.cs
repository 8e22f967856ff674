namespace Peft.Data;

/// <summary>The results of a model for each class of a task.</summary>
/// <param name="Classes">The classes, in the order of the labels.</param>
public sealed record ClassReport(IReadOnlyList<ClassScore> Classes)
{
    /// <summary>The most classes whose confusions are counted in full.</summary>
    internal const int MostConfused = 100;

    private const int Worst = 10;

    /// <summary>
    /// The number of rows of each class (first index) that were predicted as each class (second index), [classes][classes]; null if rows
    /// may have several classes, and for more than 100 classes.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>>? Confusion { get; init; }

    /// <summary>The most frequent wrong predictions, the most frequent first; at most 10.</summary>
    public IReadOnlyList<ClassConfusion> Confusions { get; init; } = [];

    /// <summary>Reports predictions of one class for each row.</summary>
    internal static ClassReport Create(IReadOnlyList<string> labels, ReadOnlySpan<int> predictions, ReadOnlySpan<int> actual)
    {
        var scores = ClassScores.Count(predictions, actual, labels.Count);
        var counts = new Dictionary<(int Actual, int Predicted), int>();
        for (var row = 0; row < actual.Length; row++)
            counts[(actual[row], predictions[row])] = counts.GetValueOrDefault((actual[row], predictions[row])) + 1;
        return new ClassReport(List(labels, scores))
        {
            Confusion = labels.Count > MostConfused ? null :
            [
                .. Enumerable.Range(0, labels.Count).Select(row => (IReadOnlyList<int>)
                    [.. Enumerable.Range(0, labels.Count).Select(column => counts.GetValueOrDefault((row, column)))]),
            ],
            Confusions =
            [
                .. counts.Where(pair => pair.Key.Actual != pair.Key.Predicted).OrderByDescending(pair => pair.Value)
                    .ThenBy(pair => pair.Key).Take(Worst)
                    .Select(pair => new ClassConfusion(labels[pair.Key.Actual], labels[pair.Key.Predicted], pair.Value)),
            ],
        };
    }

    /// <summary>Reports predictions of a set of classes for each row.</summary>
    internal static ClassReport Create(
        IReadOnlyList<string> labels, IReadOnlyList<IReadOnlyList<int>> predictions, IReadOnlyList<IReadOnlyList<int>> actual) =>
        new(List(labels, ClassScores.Count(predictions, actual, labels.Count)));

    private static IReadOnlyList<ClassScore> List(IReadOnlyList<string> labels, ClassScores scores) =>
    [
        .. labels.Select((label, index) => new ClassScore(
            label, scores.Precision(index), scores.Recall(index), scores.F1(index), (int)scores.Rows(index))),
    ];
}

/// <summary>The results of a model for one class.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Precision">The share of predictions of the class that are right; 0 if it is never predicted.</param>
/// <param name="Recall">The share of the class's rows that are found; 0 if it has none.</param>
/// <param name="F1">The harmonic mean of both.</param>
/// <param name="Rows">The class's rows.</param>
public sealed record ClassScore(string Label, double Precision, double Recall, double F1, int Rows);

/// <summary>A wrong prediction.</summary>
/// <param name="Label">The rows' class.</param>
/// <param name="Predicted">The class that was predicted instead.</param>
/// <param name="Rows">How many rows.</param>
public sealed record ClassConfusion(string Label, string Predicted, int Rows);
