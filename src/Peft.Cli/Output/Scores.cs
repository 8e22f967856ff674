using System.Globalization;
using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>
/// Scores as texts: from 0 to 100 with one decimal, as papers print them. Losses, NIST and CIDEr have scales of their own. JSON and files
/// have fractions.
/// </summary>
internal static class Scores
{
    private static readonly string[] s_unscaled =
        ["loss", "nist", "cider", "rmse", "perplexity", "test_loss", "test_rmse", "test_perplexity"];

    /// <summary>Whether a metric is shown on the scale of 0 to 100.</summary>
    public static bool IsScaled(string metric) =>
        !s_unscaled.Any(name => metric == name || metric.StartsWith(name + "-", StringComparison.Ordinal));

    /// <summary>A metric's value.</summary>
    public static string Text(string metric, double value) => (IsScaled(metric) ? 100 * value : value).ToString(
        Format(metric), CultureInfo.InvariantCulture);

    /// <summary>A score of texts, with two decimals, as scripts and papers print it.</summary>
    public static string Precise(string metric, double value) =>
        (IsScaled(metric) ? 100 * value : value).ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>A mean, with its deviation where there are several runs.</summary>
    public static string Text(string metric, Spread spread) =>
        spread.Count > 1 ? $"{Text(metric, spread.Mean)} ± {Text(metric, spread.Deviation)}" : Text(metric, spread.Mean);

    /// <summary>A share or probability.</summary>
    public static string Share(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    private static string Format(string metric) =>
        metric.StartsWith("loss", StringComparison.Ordinal) || metric == "test_loss" ? "F3" : IsScaled(metric) ? "F1" : "F2";
}
