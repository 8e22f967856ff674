using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Cli.Output;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft compare</c>: methods x seeds, one table.</summary>
internal static class CompareCommand
{
    public const string EveryMethod = "head-only,full,lora,houlsby,pfeiffer,adamix(lora),adamix(houlsby),adamix(pfeiffer)";

    public static Command Create()
    {
        var command = new Command(
            "compare",
            "Fine-tune with several methods and seeds; print means and standard deviations.\n\nExamples:\n"
            + "  peft compare --methods head-only,lora --seeds 1,2,3\n"
            + "  peft compare --task rte --data glue/RTE --methods \"houlsby,adamix(houlsby)\" --output runs/rte\n"
            + "  peft compare --task prompt --prompt sst2 --splits few-shot/SST-2/30-* --backbone roberta-large --methods lora,full");
        var arguments = new TrainingArguments("method", "seed", "resume", "snapshot-every", "keep-snapshots", "non-finite");
        var methods = new Option<string>("--methods")
        {
            Description = "methods separated by commas", DefaultValueFactory = _ => EveryMethod,
        };
        var seeds = new Option<string>("--seeds") { Description = "seeds separated by commas", DefaultValueFactory = _ => "1" };
        var splits = new Option<string[]>("--splits")
        {
            Description = "in place of --data: folders or files with samples of the same task, or a pattern such as few-shot/SST-2/30-*; "
                + "every method is trained on each",
            HelpName = "PATH...", AllowMultipleArgumentsPerToken = true,
        };
        var reuse = new Option<bool>("--reuse") { Description = "take results that --output holds already, of runs with the same "
            + "settings" };
        var json = CommonOptions.Json();
        command.Options.Add(methods);
        command.Options.Add(seeds);
        command.Options.Add(splits);
        command.Options.Add(reuse);
        arguments.AddTo(command);
        command.Options.Add(json);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var shared = arguments.Read(parsed);
            arguments.CheckBackbone(parsed, shared, cancellation);
            return Run(
                shared,
                CommonOptions.ReadMethods(parsed.GetValue(methods)!),
                CommonOptions.ReadSeeds(parsed.GetValue(seeds)!),
                parsed.GetValue(splits) is { Length: > 0 } given ? DataSplit.Find(given) : null,
                parsed.GetValue(reuse),
                CommonOptions.ReadPlugins(parsed),
                parsed.GetValue(json),
                cancellation);
        }, Stopping.AfterStep));
        return command;
    }

    private static int Run(
        TrainingOptions shared,
        IReadOnlyList<string> methods,
        IReadOnlyList<int> seeds,
        IReadOnlyList<string>? splits,
        bool reuse,
        IReadOnlyList<string> plugins,
        bool json,
        CancellationToken cancellation)
    {
        using var host = Composition.Host(plugins, cancellation);
        return Run(host, shared, methods, seeds, reuse, json, cancellation, splits);
    }

    public static int Run(
        IHost host, TrainingOptions shared, IReadOnlyList<string> methods, IReadOnlyList<int> seeds, bool reuse, bool json,
        CancellationToken cancellation, IReadOnlyList<string>? splits = null)
    {
        RunCurves? curves = null;
        var comparison = host.Services.GetRequiredService<Comparison>();
        var rows = ProgressView.Watch(json, observer => splits is null
            ? comparison.Run(shared, methods, seeds, reuse, curves = new RunCurves(observer), cancellation)
            : comparison.Run(shared, splits, methods, seeds, reuse, curves = new RunCurves(observer), cancellation));
        if (json)
        {
            JsonOutput.Print(rows);
        }
        else
        {
            ResultTables.Print(rows);
            if (rows.Count > 0)
                curves!.WriteRuns(Console.Out, rows[0].PrimaryMetric, Terminal.OutputWidth);
            if (cancellation.IsCancellationRequested)
                Console.Error.WriteLine(
                    $"peft: stopped by {StopSignals.Name}; the table has the {rows.Sum(row => row.Runs.Count)} runs that ended.");
            if (shared.Output is { } output && rows.Count > 0)
                NextStep.Print(output, $"peft eval {NextStep.Quoted(rows.MaxBy(row => row.Quality)!
                    .Runs[0].Settings.Output ?? output)}");
        }

        return cancellation.IsCancellationRequested ? PeftCommand.Interrupted : PeftCommand.Success;
    }
}
