namespace Peft.Data;

/// <summary>Metrics and decisions of tasks whose examples may have several classes, or none.</summary>
internal static class MultiLabelMetrics
{
    /// <summary>The threshold where none is tuned.</summary>
    public const double DefaultThreshold = 0.5;

    /// <summary>The classes whose probability, the sigmoid of the output, is at least their threshold.</summary>
    /// <param name="outputs">Row after row, an output for each class.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="thresholds">Of each class; null for a half.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Decide(ReadOnlySpan<float> outputs, int classes, IReadOnlyList<double>? thresholds)
    {
        var sets = new List<IReadOnlyList<int>>(outputs.Length / classes);
        for (var start = 0; start < outputs.Length; start += classes)
        {
            var set = new List<int>();
            for (var index = 0; index < classes; index++)
            {
                if (Probability(outputs[start + index]) >= (thresholds?[index] ?? DefaultThreshold))
                    set.Add(index);
            }

            sets.Add(set);
        }

        return sets;
    }

    /// <summary>1 / (1 + exp(-output)).</summary>
    public static double Probability(float output) => 1 / (1 + Math.Exp(-(double)output));

    /// <summary>Share of rows whose predicted set equals the actual one.</summary>
    public static double SubsetAccuracy(IReadOnlyList<IReadOnlyList<int>> predictions, IReadOnlyList<IReadOnlyList<int>> labels)
    {
        ClassificationMetrics.Check(predictions.Count, labels.Count);
        var right = 0;
        for (var row = 0; row < labels.Count; row++)
        {
            if (predictions[row].Count == labels[row].Count && predictions[row].All(labels[row].Contains))
                right++;
        }

        return (double)right / labels.Count;
    }

    /// <summary>
    /// For each class, the threshold with the highest F1 on these rows: the middle between two neighbouring probabilities. Of equally good
    /// ones, the nearest to a half; a half for a class that does not occur.
    /// </summary>
    /// <param name="outputs">Row after row, an output for each class.</param>
    /// <param name="labels">The classes of each row.</param>
    /// <param name="classes">The number of classes.</param>
    public static IReadOnlyList<double> Tune(float[] outputs, IReadOnlyList<IReadOnlyList<int>> labels, int classes)
    {
        var thresholds = new double[classes];
        for (var index = 0; index < classes; index++)
        {
            var rows = new (double Probability, bool IsActual)[labels.Count];
            for (var row = 0; row < rows.Length; row++)
                rows[row] = (Probability(outputs[row * classes + index]), labels[row].Contains(index));
            thresholds[index] = Best(rows);
        }

        return thresholds;
    }

    private static double Best((double Probability, bool IsActual)[] rows)
    {
        var actual = rows.Count(row => row.IsActual);
        if (actual == 0 || rows.Any(row => double.IsNaN(row.Probability)))
            return DefaultThreshold;
        Array.Sort(rows, (a, b) => b.Probability.CompareTo(a.Probability));
        var (best, threshold, right) = (-1.0, DefaultThreshold, 0);
        for (var count = 1; count <= rows.Length; count++)
        {
            right += rows[count - 1].IsActual ? 1 : 0;
            var next = count < rows.Length ? rows[count].Probability : 0;
            if (next == rows[count - 1].Probability)
                continue;
            var (f1, middle) = (2.0 * right / (count + actual), (rows[count - 1].Probability + next) / 2);
            if (next <= DefaultThreshold && DefaultThreshold <= rows[count - 1].Probability)
                middle = DefaultThreshold;
            if (f1 > best || (f1 == best && Math.Abs(middle - DefaultThreshold) < Math.Abs(threshold - DefaultThreshold)))
                (best, threshold) = (f1, middle);
        }

        return threshold;
    }
}
