using System.Globalization;
using Peft.Training;
using Spectre.Console;

namespace Peft.Cli.Output;

/// <summary>Results as tables on standard output.</summary>
internal static class ResultTables
{
    /// <summary>Metrics that are shown as they are: no shares of one.</summary>
    private static readonly string[] s_unscaled = ["loss", "nist", "cider"];

    public static void Print(RunResult result)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("", "");
        table.AddRow("method", Markup.Escape(result.Method));
        table.AddRow("task", $"{result.Task}, seed {result.Seed}");
        foreach (var (name, value) in result.Metrics)
            table.AddRow(name, value.ToString("F4", CultureInfo.InvariantCulture));
        if (result.MajorityShare is { } share)
            table.AddRow("largest class", share.ToString("F4", CultureInfo.InvariantCulture));
        table.AddRow("kept epoch", $"{result.SelectedEpoch} of {result.Epochs.Count}");
        table.AddRow("tunable", Count(result.Parameters.Tunable) + Share(result.Parameters));
        table.AddRow("head", Count(result.Parameters.Head));
        table.AddRow("time", Seconds(result.Seconds));
        table.AddRow("peak memory", Mebibytes(result.PeakBytes));
        Write(table.HideHeaders());
        if (result.Cancelled)
            Console.Error.WriteLine("peft: stopped before the end; what was written holds the last step's weights.");
        if (result.Settings.Output is { } output)
            Console.Error.WriteLine($"peft: written to {output}");
    }

    public static void Print(IReadOnlyList<ComparisonRow> rows)
    {
        if (rows.Count == 0)
            return;
        var metrics = rows[0].Metrics.Keys.ToList();
        var table = new Table().Border(TableBorder.Markdown).AddColumn("method");
        foreach (var metric in metrics)
            table.AddColumn(new TableColumn(metric).RightAligned());
        foreach (var name in (string[])["tunable", "trained", "head", "time", "peak memory"])
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var row in rows)
        {
            table.AddRow(
                [
                    Markup.Escape(row.Method),
                    .. metrics.Select(metric => Text(row.Metrics[metric], IsScaled(metric) ? 100 : 1)),
                    Count(row.Parameters.Tunable),
                    Count(row.Parameters.Trained),
                    Count(row.Parameters.Head),
                    Seconds(row.Seconds),
                    Mebibytes(row.PeakBytes),
                ]);
        }

        Write(table);
        var runs = rows[0].Runs[0];
        var majority = rows[0].MajorityShare is { } share
            ? string.Create(CultureInfo.InvariantCulture, $"; always answering the largest class: {share * 100:F1}")
            : "";
        var unscaled = metrics.Where(metric => !IsScaled(metric)).ToList();
        Console.Out.WriteLine(
            $"task {runs.Task}: {runs.TrainRows} training rows, {runs.DevRows} development rows, {runs.Settings.Epochs} epochs, "
                + $"{rows[0].Runs.Count} seed(s); "
            + $"metrics x 100{(unscaled.Count > 0 ? $" (not {string.Join(", ", unscaled)})" : "")}, mean ± sample standard "
                + $"deviation{majority}");
        if (runs.Settings.Score is { } part)
            Console.Out.WriteLine($"loss and likelihood are of the development part, scores of texts of the {part} part, decoded with "
                + "10 beams");
        Console.Out.WriteLine("tunable: at inference, mixtures merged, head not counted; trained: all experts, head not counted");
    }

    /// <summary>Rows of texts; columns whose head is a count are aligned to the right.</summary>
    public static void Print(IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Markdown);
        foreach (var column in columns)
            table.AddColumn(column is "trained" or "merged" ? new TableColumn(column).RightAligned() : new TableColumn(column));
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        Write(table);
    }

    private static void Write(Table table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = 200;
        console.Write(table);
    }

    private static bool IsScaled(string metric) =>
        !s_unscaled.Any(name => metric == name || metric.StartsWith(name + "-", StringComparison.Ordinal));

    private static string Text(Spread spread, int scale)
    {
        var format = scale == 1 ? "F2" : "F1";
        var mean = (spread.Mean * scale).ToString(format, CultureInfo.InvariantCulture);
        return spread.Count > 1 ? $"{mean} ± {(spread.Deviation * scale).ToString(format, CultureInfo.InvariantCulture)}" : mean;
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(ParameterCounts counts) =>
        string.Create(CultureInfo.InvariantCulture, $" ({100.0 * counts.Tunable / counts.Backbone:F2}% of the backbone)");

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s");

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N0} MiB");
}
