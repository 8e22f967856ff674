using Peft.Server.Pages.Charts;
using Peft.Server.Pages.Live;
using Peft.Server.Pages.Runs;
using Peft.Training;

namespace Peft.Server.Pages.Compare;

/// <summary>What a comparison of runs shows: a table, and points of score against parameters.</summary>
internal static class RunComparison
{
    /// <summary>The lines of the table: what the runs are and reached, then the settings in which they differ.</summary>
    /// <param name="runs">The feeds of the runs.</param>
    /// <param name="settingsOf">The settings of a run.</param>
    public static IEnumerable<(string Name, IReadOnlyList<string> Values)> Table(
        IReadOnlyList<RunFeed> runs, Func<TrainingOptions, IEnumerable<(string Name, string Value)>> settingsOf)
    {
        yield return ("state", [.. runs.Select(run => run.Job is { } job ? RunRow.TextOf(job.State) : "-")]);
        yield return ("metric", [.. runs.Select(run => Score(run) is { } score
            ? $"{PageText.Number(score)} {run.Result?.PrimaryMetric}".TrimEnd() : "-")]);
        yield return ("tunable parameters", [.. runs.Select(run => Tunable(run) is { } count ? PageText.Number(count) : "-")]);
        yield return ("steps", [.. runs.Select(run => $"{run.Result?.Steps ?? run.Progress?.Step ?? 0}")]);
        yield return ("time", [.. runs.Select(run => run.Result is { } result
            ? PageText.Duration(TimeSpan.FromSeconds(result.Seconds)) : "-")]);
        var settings = runs.Select(run => settingsOf(OptionsOf(run)).ToDictionary()).ToList();
        foreach (var name in settings.SelectMany(one => one.Keys).Distinct().ToList())
        {
            string[] values = [.. settings.Select(one => one.GetValueOrDefault(name, "default"))];
            if (values.Distinct().Count() > 1)
                yield return (name, values);
        }
    }

    /// <summary>The best score of a run so far; null without an evaluation.</summary>
    public static double? Score(RunFeed run) =>
        run.Result?.Primary ?? (run.Epochs.Count > 0 ? run.Epochs.Max(epoch => epoch.Primary) : null);

    /// <summary>The development metric by epoch.</summary>
    public static ChartLine Metric(string name, RunFeed run) => new(
        name, [.. run.Epochs.Where(epoch => double.IsFinite(epoch.Primary)).Select(epoch => new ChartPoint(epoch.Epoch, epoch.Primary))]);

    /// <summary>The training loss: by step of a job, by epoch of a run that is none.</summary>
    public static ChartLine Loss(string name, RunFeed run) => new(name, run.Loss.Points);

    /// <summary>The score against the tunable parameters.</summary>
    public static ChartLine ScoreByParameters(string name, RunFeed run) => new(
        name, Score(run) is { } score && double.IsFinite(score) && Tunable(run) is { } count ? [new ChartPoint(count, score)] : []);

    private static long? Tunable(RunFeed run) => (run.Result?.Parameters ?? run.Summary?.Parameters)?.Tunable;

    private static TrainingOptions OptionsOf(RunFeed run) => run.Job?.Options ?? run.Result?.Settings ?? new TrainingOptions();
}
