using System.Globalization;
using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>The texts of progress, in full or fitted into a width.</summary>
internal static class ProgressLine
{
    private const int ShortestName = 10;

    public static string Name(RunSummary summary) => string.Create(CultureInfo.InvariantCulture, $"{summary.Method} seed {summary.Seed}");

    public static string Format(TrainingProgress progress) => string.Join(' ', Parts(progress));

    public static string Format(EpochResult epoch)
    {
        var metrics = epoch.Metrics.Select(metric => $"{metric.Key} {Scores.Text(metric.Key, metric.Value)}");
        return string.Create(CultureInfo.InvariantCulture, $"train loss {epoch.TrainLoss:F3}, {string.Join(", ", metrics)}");
    }

    /// <summary>A run and its progress: parts that do not fit are left out from the end, then the name is shortened.</summary>
    public static string Fitted(string run, IEnumerable<string> parts, int width)
    {
        var shown = parts.ToList();
        while (shown.Count > 1 && Math.Min(run.Length, ShortestName) + 2 + string.Join("  ", shown).Length > width)
            shown.RemoveAt(shown.Count - 1);
        var rest = "  " + string.Join("  ", shown);
        return rest.Length + Math.Min(run.Length, ShortestName) <= width
            ? Words.Shorten(run, width - rest.Length) + rest
            : Words.Shorten(run, width);
    }

    /// <summary>The parts of a step's progress, the most important first.</summary>
    public static IReadOnlyList<string> Parts(TrainingProgress progress) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"step {progress.Step}/{progress.TotalSteps}"),
        string.Create(CultureInfo.InvariantCulture, $"loss {progress.Loss:F3}"),
        string.Create(CultureInfo.InvariantCulture, $"{progress.Remaining:m\\:ss} left"),
        string.Create(CultureInfo.InvariantCulture, $"{progress.TokensPerSecond:N0} tokens/s"),
    ];
}
