namespace Peft.Data;

/// <summary>
/// Metrics of predicted values. They are never NaN. An undefined correlation is 0 (fewer than two values, one side constant, or a value
/// that is not finite), so that a run that diverged is never the best one.
/// </summary>
public static class CorrelationMetrics
{
    /// <summary>Pearson's correlation.</summary>
    /// <exception cref="ArgumentException">The two have different lengths or are empty.</exception>
    public static double Pearson(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels)
    {
        ClassificationMetrics.Check(predictions.Length, labels.Length);
        if (!TryCentre(predictions, out var left) || !TryCentre(labels, out var right)) return 0;
        double product = 0, leftSquares = 0, rightSquares = 0;
        for (var i = 0; i < left.Length; i++)
        {
            product += left[i] * right[i];
            leftSquares += left[i] * left[i];
            rightSquares += right[i] * right[i];
        }

        return Math.Clamp(product / (Math.Sqrt(leftSquares) * Math.Sqrt(rightSquares)), -1, 1);
    }

    /// <summary>Spearman's correlation: Pearson's of the ranks; equal values have the average of their ranks.</summary>
    /// <exception cref="ArgumentException">The two have different lengths or are empty.</exception>
    public static double Spearman(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels)
    {
        ClassificationMetrics.Check(predictions.Length, labels.Length);
        return AllFinite(predictions) && AllFinite(labels) ? Pearson(Ranks(predictions), Ranks(labels)) : 0;
    }

    /// <summary>
    /// Root of the mean squared difference: sqrt(sum (p_i - y_i)^2 / n). The largest number if a value is not finite, so that a run that
    /// diverged is never the best one.
    /// </summary>
    /// <exception cref="ArgumentException">The two have different lengths or are empty.</exception>
    public static double Rmse(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels)
    {
        ClassificationMetrics.Check(predictions.Length, labels.Length);
        if (!AllFinite(predictions) || !AllFinite(labels))
            return double.MaxValue;
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
            sum += (predictions[i] - labels[i]) * (predictions[i] - labels[i]) / labels.Length;
        return double.IsFinite(sum) ? Math.Sqrt(sum) : double.MaxValue;
    }

    /// <summary>
    /// Differences from the mean, scaled so that the largest is 1 and no square overflows or underflows; false if all are equal or one is
    /// not finite.
    /// </summary>
    private static bool TryCentre(ReadOnlySpan<double> values, out double[] centred)
    {
        centred = new double[values.Length];
        if (!AllFinite(values)) return false;
        // Compared before subtracting, because the rounded mean of equal values may differ from them.
        if (values.IndexOfAnyExcept(values[0]) < 0) return false;
        double mean = 0, largest = 0;
        foreach (var value in values) mean += value / values.Length;
        for (var i = 0; i < values.Length; i++) largest = Math.Max(largest, Math.Abs(centred[i] = values[i] - mean));
        if (largest == 0 || !double.IsFinite(largest)) return false;
        for (var i = 0; i < values.Length; i++) centred[i] /= largest;
        return true;
    }

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value)) return false;
        }

        return true;
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var start = 0; start < sorted.Length;)
        {
            var end = start;
            while (end < sorted.Length && sorted[end] == sorted[start]) end++;
            for (var i = start; i < end; i++) ranks[order[i]] = (start + end - 1) / 2.0;
            start = end;
        }

        return ranks;
    }
}
