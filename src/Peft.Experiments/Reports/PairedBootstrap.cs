using Peft.Data;

namespace Peft.Experiments;

/// <summary>The difference between two methods on the same rows and seeds.</summary>
/// <param name="Difference">The difference of the metric's means over seeds.</param>
/// <param name="Low">The lower end of its 95% interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="PValue">Two-sided: twice the smaller share of resamples on either side of 0.</param>
/// <param name="Seeds">The number of seeds that both methods have.</param>
internal sealed record PairedDifference(double Difference, double Low, double High, double PValue, int Seeds);

/// <summary>
/// A paired bootstrap (Efron and Tibshirani 1993; Koehn 2004 for paired systems): each resample has rows and seeds that are sampled with
/// replacement, the same for both methods.
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>The resamples.</summary>
    public const int Resamples = 1000;

    /// <summary>Compares predictions of two methods.</summary>
    /// <param name="metric">accuracy, f1, matthews, pearson or spearman.</param>
    /// <param name="actual">The class or number of each row.</param>
    /// <param name="first">The predictions of the first method: for each seed, one for each row.</param>
    /// <param name="second">The predictions of the second method, of the same seeds.</param>
    /// <param name="resamples">The number of resamples.</param>
    /// <returns>First minus second; null where the metric cannot be computed from predictions.</returns>
    public static PairedDifference? Compare(
        string metric, float[] actual, IReadOnlyList<float[]> first, IReadOnlyList<float[]> second, int resamples = Resamples)
    {
        if (Score(metric) is not { } score || first.Count == 0)
            return null;
        var random = new SeededRandom(1);
        var (rows, seeds) = (actual.Length, first.Count);
        var all = Enumerable.Range(0, rows).ToArray();
        var differences = new double[resamples];
        var picked = new int[rows];
        for (var resample = 0; resample < resamples; resample++)
        {
            for (var row = 0; row < rows; row++)
                picked[row] = random.Next(rows);
            for (var seed = 0; seed < seeds; seed++)
                differences[resample] += Difference(score, actual, first, second, seeds == 1 ? 0 : random.Next(seeds), picked) / seeds;
        }

        Array.Sort(differences);
        var whole = Enumerable.Range(0, seeds).Average(seed => Difference(score, actual, first, second, seed, all));
        return new PairedDifference(
            whole, differences[(int)(0.025 * resamples)], differences[Math.Min(resamples - 1, (int)(0.975 * resamples))],
            PValue(differences), seeds);
    }

    /// <summary>
    /// Twice the smaller of the shares of differences at most 0 and at least 0, each computed as (count + 1) / (resamples + 1).
    /// </summary>
    private static double PValue(double[] differences)
    {
        var (below, above) = (differences.Count(one => one <= 0), differences.Count(one => one >= 0));
        return Math.Min(1, 2.0 * (Math.Min(below, above) + 1) / (differences.Length + 1));
    }

    private static double Difference(
        Func<float[], float[], double> score, float[] actual, IReadOnlyList<float[]> first, IReadOnlyList<float[]> second, int seed,
        int[] rows)
    {
        var labels = Pick(actual, rows);
        return score(Pick(first[seed], rows), labels) - score(Pick(second[seed], rows), labels);
    }

    private static float[] Pick(float[] values, int[] rows) => Array.ConvertAll(rows, row => values[row]);

    private static Func<float[], float[], double>? Score(string metric) => metric switch
    {
        "accuracy" => (predicted, actual) => ClassificationMetrics.Accuracy(Classes(predicted), Classes(actual)),
        "f1" => (predicted, actual) => ClassificationMetrics.F1(Classes(predicted), Classes(actual)),
        "matthews" => (predicted, actual) => ClassificationMetrics.Matthews(Classes(predicted), Classes(actual)),
        "pearson" => (predicted, actual) => CorrelationMetrics.Pearson(Numbers(predicted), Numbers(actual)),
        "spearman" => (predicted, actual) => CorrelationMetrics.Spearman(Numbers(predicted), Numbers(actual)),
        _ => null,
    };

    private static double[] Numbers(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static int[] Classes(float[] values) => Array.ConvertAll(values, value => (int)value);
}
