using System.Globalization;
using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>Results as tables on standard output.</summary>
internal static class ResultTables
{
    public static void Print(RunResult result)
    {
        List<(string Name, string Text)> rows = [("method", result.Method), ("task", $"{result.Task}, seed {result.Seed}")];
        rows.AddRange(result.Metrics.Select(metric => (metric.Key, Scores.Text(metric.Key, metric.Value))));
        if (result.MajorityShare is { } share)
            rows.Add(("majority baseline", Scores.Share(share)));
        rows.Add(KeptWeights.Describe(result));
        rows.Add(("ended", End(result)));
        rows.Add(("tunable", Count(result.Parameters.Tunable) + Share(result.Parameters)));
        rows.Add(("head", Count(result.Parameters.Head)));
        rows.Add(("time", Seconds(result.Seconds)));
        rows.Add(("peak memory", Mebibytes(result.PeakBytes)));
        PrintFacts(rows);
        if (result.Classes is { } classes)
            ClassTables.Print(classes);
    }

    public static void Print(IReadOnlyList<ComparisonRow> rows)
    {
        if (rows.Count == 0)
            return;
        var metrics = rows[0].Metrics.Keys.ToList();
        Print(
            [
                new Column("method", Shortest: 10), .. metrics.Select(metric => new Column(metric, IsNumber: true)),
                .. ((string[])["tunable", "trained", "head", "time", "peak memory"]).Select(name => new Column(name, IsNumber: true)),
            ],
            [
                .. rows.Select(row => (string[])
                [
                    row.Method, .. metrics.Select(metric => Scores.Text(metric, row.Metrics[metric])), Count(row.Parameters.Tunable),
                    Count(row.Parameters.Trained), Count(row.Parameters.Head), Seconds(row.Seconds), Mebibytes(row.PeakBytes),
                ]),
            ]);
        foreach (var note in Notes(rows, metrics))
            PrintLine(note);
    }

    /// <summary>A table on standard output.</summary>
    public static void Print(IReadOnlyList<Column> columns, IReadOnlyList<string[]> rows) =>
        new FittedTable(columns, rows).Write(Console.Out, Terminal.OutputWidth);

    /// <summary>Names with values, one on each line; long values are wrapped.</summary>
    public static void PrintFacts(IReadOnlyList<(string Name, string Text)> facts)
    {
        var names = facts.Max(fact => fact.Name.Length);
        foreach (var (name, text) in facts)
            PrintLine($"{name.PadRight(names)}  {text}", names + 2);
    }

    /// <summary>A line of text on standard output, wrapped at the width of the terminal.</summary>
    public static void PrintLine(string text, int indent = 0)
    {
        foreach (var line in Terminal.OutputWidth is { } width ? Words.Wrap(text, width, indent) : [text])
            Console.Out.WriteLine(line);
    }

    /// <summary>What ended a run, in words.</summary>
    private static string End(RunResult result) => result.EndedBy switch
    {
        RunEnd.Cancelled => string.Create(
            CultureInfo.InvariantCulture, $"by {StopSignals.Name} after {result.Steps} steps")
            + (result.SelectedEpoch == 0 ? "; the model has the last step's weights" : "; not all scores were computed"),
        RunEnd.EarlyStopping => string.Create(
            CultureInfo.InvariantCulture,
            $"no better {result.PrimaryMetric} for {result.Settings.EarlyStopping} epochs, after {result.Steps} steps"),
        RunEnd.MaxSteps => string.Create(CultureInfo.InvariantCulture, $"--max-steps {result.Settings.MaxSteps} reached"),
        _ => string.Create(CultureInfo.InvariantCulture, $"all {result.Settings.Epochs} epochs done, {result.Steps} steps"),
    };

    private static IEnumerable<string> Notes(IReadOnlyList<ComparisonRow> rows, IReadOnlyList<string> metrics)
    {
        var runs = rows[0].Runs[0];
        var majority = rows[0].MajorityShare is { } share ? $"; majority baseline {Scores.Share(share)}" : "";
        var unscaled = metrics.Where(metric => !Scores.IsScaled(metric)).ToList();
        var (seeds, folds) = (rows[0].Runs.Select(run => run.Seed).Distinct().Count(), runs.Settings.Folds);
        var splits = rows[0].Runs.Select(run => run.Settings.Data).Distinct().Count();
        yield return $"task {runs.Task}: {runs.TrainRows} training rows, {runs.DevRows} development rows, {runs.Settings.Epochs} epochs, "
            + $"{seeds} {(seeds == 1 ? "seed" : "seeds")}{(folds > 0 && runs.Settings.Fold > 0 ? $", {folds} folds" : "")}"
            + (splits > 1 ? $", {splits} splits" : "");
        yield return $"scores from 0 to 100{(unscaled.Count > 0 ? $" (not {string.Join(", ", unscaled)})" : "")}, "
            + $"{(rows[0].Runs.Count == 1 ? "of one seed" : "mean ± sample standard deviation")}{majority}";
        if (runs.Settings.Score is { } part)
            yield return $"loss and likelihood are of the development part, scores of texts of the {part} part, decoded with 10 beams";
        yield return "tunable: at inference, mixtures merged, head not counted; trained: all experts, head not counted";
        if (rows.SelectMany(row => row.Runs).Any(run => run.EndedBy == RunEnd.MaxSteps))
            yield return $"--max-steps {runs.Settings.MaxSteps} ended runs before their last epoch was complete";
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(ParameterCounts counts) =>
        string.Create(CultureInfo.InvariantCulture, $" ({100.0 * counts.Tunable / counts.Backbone:F2}% of the backbone)");

    public static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s");

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N0} MiB");
}
