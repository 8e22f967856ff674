using System.Globalization;

namespace Peft.Experiments;

/// <summary>Metrics as the paper prints them: shares from 0 to 100, and NIST, CIDEr and TER on their own scales.</summary>
internal static class MetricText
{
    private static readonly string[] s_unscaled = ["nist", "cider", "ter", "loss", "rmse", "perplexity"];

    /// <summary>The factor between a fraction and what is printed.</summary>
    /// <param name="metric">The metric.</param>
    public static double Scale(string metric) => s_unscaled.Contains(metric) ? 1 : 100;

    /// <summary>A value, as printed.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="value">The value as results have it.</param>
    public static string Format(string metric, double value) =>
        (Scale(metric) * value).ToString(Scale(metric) > 1 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
