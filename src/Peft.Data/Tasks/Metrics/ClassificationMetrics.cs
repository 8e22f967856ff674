namespace Peft.Data;

/// <summary>Metrics of predicted classes. They are never NaN: an undefined quotient is 0.</summary>
public static class ClassificationMetrics
{
    /// <summary>Share of predictions that equal their label.</summary>
    /// <exception cref="ArgumentException">The two have different lengths or are empty.</exception>
    public static double Accuracy(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        Check(predictions.Length, labels.Length);
        var right = 0;
        for (var i = 0; i < labels.Length; i++) right += predictions[i] == labels[i] ? 1 : 0;
        return (double)right / labels.Length;
    }

    /// <summary>F1 of class 1: 2 TP / (2 TP + FP + FN); 0 when class 1 neither occurs nor is predicted.</summary>
    /// <exception cref="ArgumentException">The two have different lengths or are empty.</exception>
    public static double F1(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        Check(predictions.Length, labels.Length);
        long both = 0, either = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (predictions[i] == 1 && labels[i] == 1) both++;
            either += (predictions[i] == 1 ? 1 : 0) + (labels[i] == 1 ? 1 : 0);
        }

        return either == 0 ? 0 : 2.0 * both / either;
    }

    /// <summary>
    /// Matthews correlation, for any number of classes (Gorodkin's R_K; for two classes the usual coefficient): (c s - sum p_k t_k) /
    /// sqrt((s^2 - sum p_k^2)(s^2 - sum t_k^2)), with c correct predictions of s, p_k predictions and t_k labels of class k. 0 if all
    /// predictions, or all labels, are of one class.
    /// </summary>
    /// <exception cref="ArgumentException">The two have different lengths or are empty.</exception>
    public static double Matthews(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        Check(predictions.Length, labels.Length);
        var counts = new Dictionary<int, (long Predicted, long True)>();
        long right = 0, samples = labels.Length;
        for (var i = 0; i < labels.Length; i++)
        {
            if (predictions[i] == labels[i]) right++;
            var predicted = counts.GetValueOrDefault(predictions[i]);
            counts[predictions[i]] = (predicted.Predicted + 1, predicted.True);
            var actual = counts.GetValueOrDefault(labels[i]);
            counts[labels[i]] = (actual.Predicted, actual.True + 1);
        }

        Int128 cross = 0, predictedSquares = 0, trueSquares = 0;
        foreach (var (predicted, actual) in counts.Values)
        {
            cross += (Int128)predicted * actual;
            predictedSquares += (Int128)predicted * predicted;
            trueSquares += (Int128)actual * actual;
        }

        var all = (Int128)samples * samples;
        if (all == predictedSquares || all == trueSquares) return 0;
        return (double)(((Int128)right * samples) - cross) / (
            Math.Sqrt((double)(all - predictedSquares)) * Math.Sqrt((double)(all - trueSquares)));
    }

    internal static void Check(int predictions, int labels)
    {
        if (predictions != labels) throw new ArgumentException(
            $"{predictions} predictions for {labels} labels: there must be one for each.");
        if (labels == 0) throw new ArgumentException("There are no predictions to judge.");
    }
}
