namespace Peft.Data;

/// <summary>
/// Counts of right and wrong predictions of each class, and precision, recall and F1 of them. An undefined quotient is 0, as in
/// scikit-learn's <c>precision_recall_fscore_support</c> with <c>zero_division=0</c>.
/// </summary>
internal sealed class ClassScores
{
    private readonly long[] _right, _predicted, _actual;

    private ClassScores(int classes) => (_right, _predicted, _actual) = (new long[classes], new long[classes], new long[classes]);

    /// <summary>Mean of the F1 of all classes that occur or are predicted; 0 if there is none.</summary>
    public double MacroF1 => Enumerable.Range(0, _actual.Length).Where(index => _actual[index] + _predicted[index] > 0).Select(F1)
        .DefaultIfEmpty(0).Average();

    /// <summary>2 TP / (2 TP + FP + FN) of the sums over all classes.</summary>
    public double MicroF1 => Quotient(2 * _right.Sum(), _predicted.Sum() + _actual.Sum());

    /// <summary>Counts predictions of one class for each row.</summary>
    public static ClassScores Count(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels, int classes)
    {
        ClassificationMetrics.Check(predictions.Length, labels.Length);
        var scores = new ClassScores(classes);
        for (var row = 0; row < labels.Length; row++)
        {
            scores._predicted[predictions[row]]++;
            scores._actual[labels[row]]++;
            if (predictions[row] == labels[row])
                scores._right[labels[row]]++;
        }

        return scores;
    }

    /// <summary>Counts predictions of a set of classes for each row.</summary>
    public static ClassScores Count(IReadOnlyList<IReadOnlyList<int>> predictions, IReadOnlyList<IReadOnlyList<int>> labels, int classes)
    {
        ClassificationMetrics.Check(predictions.Count, labels.Count);
        var scores = new ClassScores(classes);
        for (var row = 0; row < labels.Count; row++)
        {
            foreach (var predicted in predictions[row])
            {
                scores._predicted[predicted]++;
                if (labels[row].Contains(predicted))
                    scores._right[predicted]++;
            }

            foreach (var actual in labels[row])
                scores._actual[actual]++;
        }

        return scores;
    }

    /// <summary>Rows of a class.</summary>
    public long Rows(int index) => _actual[index];

    /// <summary>TP / (TP + FP).</summary>
    public double Precision(int index) => Quotient(_right[index], _predicted[index]);

    /// <summary>TP / (TP + FN).</summary>
    public double Recall(int index) => Quotient(_right[index], _actual[index]);

    /// <summary>2 TP / (2 TP + FP + FN).</summary>
    public double F1(int index) => Quotient(2 * _right[index], _predicted[index] + _actual[index]);

    private static double Quotient(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
