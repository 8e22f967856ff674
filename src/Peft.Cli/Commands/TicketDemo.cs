using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The demo on support tickets: every method, a chart, an error that the best one still makes, and what it says about
/// AdaMix.</summary>
/// <param name="host">The services.</param>
/// <param name="plugins">Folders of plugins.</param>
/// <param name="parallel">Runs at once.</param>
/// <param name="json">Whether the result is printed as JSON.</param>
internal sealed class TicketDemo(IHost host, IReadOnlyList<string> plugins, int parallel, bool json)
{
    private const string Base = "adamix(";

    /// <summary>
    /// Each method's learning rate is the best of three on tickets with seed 21, with batches of 8, by benchmarks/own-data.sh; the
    /// rates that were tried are in docs/results/own-data.md. The demo shows seed 1.
    /// </summary>
    private static readonly (string Method, double LearningRate)[] s_methods =
    [
        ("head-only", 1e-2), ("full", 1e-4), ("bitfit", 1e-2), ("lora", 3e-3), ("houlsby", 1e-3), ("adamix(lora)", 3e-3),
        ("adamix(houlsby)", 3e-3),
    ];

    /// <summary>What the methods share.</summary>
    public static TrainingOptions Settings { get; } = new()
    {
        Task = TicketTask.Name, Epochs = 12, BatchSize = 8, MaxLength = 64, KeepLast = true, MatmulPrecision = "medium",
    };

    /// <summary>Runs the demo.</summary>
    /// <param name="further">Methods of plugins, which are compared too.</param>
    /// <param name="shared">The settings of all runs.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    public int Run(IReadOnlyList<string> further, TrainingOptions shared, CancellationToken cancellation)
    {
        var settings = shared with { EvaluateEvery = Math.Max(1, shared.Epochs) }; // development metrics after the last epoch alone
        var rates = s_methods.Concat(further.Select(method => (method, LearningRate: 3e-3)));
        var configurations = rates.Select(pair => settings with { Method = pair.Item1, LearningRate = pair.LearningRate }).ToList();
        if (!json)
            Console.Error.WriteLine("peft: which of 12 reasons does a customer write for? 300 labelled tickets to learn from, 1,000 to be "
                + $"judged by, {configurations.Count} methods on {settings.Backbone}.");
        var rows = parallel > 1 ? Parallel(configurations, cancellation) : Compare(Plan(configurations), reuse: false, cancellation);
        if (json)
            JsonOutput.Print(rows);
        else if (rows.Count > 0)
            Print(rows, settings.Output);
        return cancellation.IsCancellationRequested ? PeftCommand.Interrupted : PeftCommand.Success;
    }

    private IReadOnlyList<ComparisonRow> Compare(
        ComparisonPlan plan, bool reuse, CancellationToken cancellation) => ProgressView.Watch(
        json, observer => host.Services.GetRequiredService<Comparison>().Run(plan, reuse, observer, cancellation));

    /// <summary>The relative duration of a run: a mixture makes two passes, full fine-tuning updates every weight.</summary>
    private static int Length(TrainingOptions options) => options.Method switch
    {
        var mixture when mixture.StartsWith(Base, StringComparison.Ordinal) => 3,
        "full" => 2,
        "head-only" => 0,
        _ => 1,
    };

    private static ComparisonPlan Plan(IReadOnlyList<TrainingOptions> configurations) =>
        ComparisonPlan.Create(configurations, [configurations[0].Seed]);

    private IReadOnlyList<ComparisonRow> Parallel(IReadOnlyList<TrainingOptions> configurations, CancellationToken cancellation)
    {
        using var folder = ParallelOutput.Create(configurations[0].Output);
        var plan = Plan([.. configurations.Select(options => folder.Settings(options, parallel))]);
        BackboneSource.Folder(configurations[0].Backbone, CommonOptions.Note, cancellation); // converted once, before the processes need it
        RunProcesses.Train(
            [.. plan.Missing(reuse: false).OrderByDescending(Length)], parallel, plugins, json, cancellation); // long ones first
        return folder.Results(Compare(plan, reuse: true, cancellation));
    }

    private static void Print(IReadOnlyList<ComparisonRow> rows, string? output)
    {
        ResultTables.Print(rows);
        Bars.Print(rows);
        Console.Out.WriteLine();
        if (AboutMixtures(rows) is { } mixtures)
            ResultTables.PrintLine(mixtures);
        var best = rows.MaxBy(row => row.Quality)!;
        if (best.Runs[0].Classes is { Confusions: [var worst, ..] })
            ResultTables.PrintLine($"the best method, {best.Method}, still takes {worst.Rows} of the tickets '{worst.Label}' for "
                + $"'{worst.Predicted}'.");
        Console.Out.WriteLine("\nto try next:");
        Console.Out.WriteLine("  peft train --task tickets --method \"adamix(houlsby)\" --learning-rate 3e-3 --output runs/tickets");
        Console.Out.WriteLine(output is null
            ? "  peft predict runs/tickets --text \"I sent the lamp back two weeks ago, where is my money?\" --top"
            : $"  peft predict {NextStep.Quoted(best.Runs[0].Settings.Output!)} --text \"where is my money for the lamp?\" --top");
        Console.Out.WriteLine("  peft train --data your.csv --text-column text --label-column label");
    }

    /// <summary>What the table says of mixtures beside their base methods.</summary>
    private static string? AboutMixtures(IReadOnlyList<ComparisonRow> rows)
    {
        var pairs = rows.Where(row => row.Method.StartsWith(Base, StringComparison.Ordinal))
            .Select(row => (Mixture: row, Plain: rows.FirstOrDefault(plain => Base + plain.Method + ")" == row.Method)))
            .Where(pair => pair.Plain is not null)
            .Select(pair => $"{Scores.Text(pair.Mixture.PrimaryMetric, Primary(pair.Mixture))} against "
                + $"{Scores.Text(pair.Mixture.PrimaryMetric, Primary(pair.Plain!))} of {pair.Plain!.Method}").ToList();
        return pairs.Count == 0 ? null : $"AdaMix, which costs as much as its base method at inference: {string.Join(", ", pairs)}, with "
            + "one seed; differences below 3 points are within the spread of seeds.";
    }

    private static double Primary(ComparisonRow row) => row.Metrics[row.PrimaryMetric].Mean;
}
