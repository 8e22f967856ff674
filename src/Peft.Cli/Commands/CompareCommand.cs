using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Cli.Output;
using Peft.Cli.Remote;
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
            + "  peft compare --methods houlsby,lora --seeds 1,2,3 --submit http://gpu-server:5080 --output runs/compared\n"
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
        var parallel = NumberOption.Whole(
            "--parallel", "runs at once, each in a process of its own; they share the cores but for --threads [default: 1]", min: 1);
        var json = CommonOptions.Json();
        command.Options.Add(methods);
        command.Options.Add(seeds);
        command.Options.Add(splits);
        command.Options.Add(reuse);
        command.Options.Add(parallel);
        var submit = new SubmitOption();
        submit.AddTo(command);
        arguments.AddTo(command);
        command.Options.Add(json);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var shared = arguments.Read(parsed);
            if (submit.IsGiven(parsed) && parsed.GetValue(parallel) is not null)
                throw new UsageException("--parallel: the server of --submit decides how many runs it trains at once; leave one out.");
            if (!submit.IsGiven(parsed))
                arguments.CheckBackbone(parsed, shared, cancellation);
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
            var runs = new ComparedRuns(
                shared, CommonOptions.ReadMethods(parsed.GetValue(methods)!), CommonOptions.ReadSeeds(parsed.GetValue(seeds)!),
                parsed.GetValue(reuse), parsed.GetValue(json))
            {
                Splits = parsed.GetValue(splits) is { Length: > 0 } given ? DataSplit.Find(given) : null,
            };
            if (submit.IsGiven(parsed))
                return RunRemote(host, runs, missing => submit.Train(
                    parsed, [.. missing.Select(options => new SubmittedRun(options))], runs.Json, cancellation), cancellation);
            return parsed.GetValue(parallel) is { } count and > 1
                ? RunParallel(host, runs, count, CommonOptions.ReadPlugins(parsed), cancellation) : Run(host, runs, cancellation);
        }, Stopping.AfterStep));
        return command;
    }

    /// <summary>Compares in this process, one run after the other.</summary>
    public static int Run(IHost host, ComparedRuns runs, CancellationToken cancellation)
    {
        RunCurves? curves = null;
        var rows = ProgressView.Watch(
            runs.Json,
            observer => host.Services.GetRequiredService<Comparison>().Run(
                runs.Plan(host), runs.Reuse, curves = new RunCurves(observer), cancellation));
        return Print(rows, runs, curves, cancellation);
    }

    private static int RunParallel(
        IHost host, ComparedRuns runs, int count, IReadOnlyList<string> plugins, CancellationToken cancellation)
    {
        using var folder = ParallelOutput.Create(runs.Shared.Output);
        var plan = (runs with { Shared = folder.Settings(runs.Shared, count) }).Plan(host);
        RunProcesses.Train(plan.Missing(runs.Reuse), count, plugins, runs.Json, cancellation);
        return PrintStored(host, runs, plan, folder, cancellation);
    }

    private static int RunRemote(
        IHost host, ComparedRuns runs, Action<IReadOnlyList<TrainingOptions>> train, CancellationToken cancellation)
    {
        using var folder = ParallelOutput.Create(runs.Shared.Output);
        var plan = (runs with { Shared = folder.Settings(runs.Shared) }).Plan(host);
        train(plan.Missing(runs.Reuse));
        return PrintStored(host, runs, plan, folder, cancellation);
    }

    /// <summary>Prints the runs whose results are in the folder.</summary>
    private static int PrintStored(
        IHost host, ComparedRuns runs, ComparisonPlan plan, ParallelOutput folder, CancellationToken cancellation)
    {
        var rows = ProgressView.Watch(
            runs.Json, observer => host.Services.GetRequiredService<Comparison>().Run(plan, reuse: true, observer, cancellation));
        return Print(folder.Results(rows), runs, null, cancellation);
    }

    private static int Print(IReadOnlyList<ComparisonRow> rows, ComparedRuns runs, RunCurves? curves, CancellationToken cancellation)
    {
        if (runs.Json)
        {
            JsonOutput.Print(rows);
        }
        else
        {
            ResultTables.Print(rows);
            if (rows.Count > 0)
                curves?.WriteRuns(Console.Out, rows[0].PrimaryMetric, Terminal.OutputWidth);
            if (cancellation.IsCancellationRequested)
                Console.Error.WriteLine(
                    $"peft: stopped by {StopSignals.Name}; the table has the {rows.Sum(row => row.Runs.Count)} runs that ended.");
            if (runs.Shared.Output is { } output && rows.Count > 0)
                NextStep.Print(output, $"peft eval {NextStep.Quoted(rows.MaxBy(row => row.Quality)!
                    .Runs[0].Settings.Output ?? output)}");
        }

        return cancellation.IsCancellationRequested ? PeftCommand.Interrupted : PeftCommand.Success;
    }
}

/// <summary>What <c>peft compare</c> runs.</summary>
/// <param name="Shared">The settings common to all runs.</param>
/// <param name="Methods">Methods as users write them.</param>
/// <param name="Seeds">Seeds.</param>
/// <param name="Reuse">Whether results in the output folder are taken.</param>
/// <param name="Json">Whether the result is printed as JSON.</param>
internal sealed record ComparedRuns(
    TrainingOptions Shared, IReadOnlyList<string> Methods, IReadOnlyList<int> Seeds, bool Reuse, bool Json)
{
    /// <summary>Samples of the data, on each of which every method is trained; null for one.</summary>
    public IReadOnlyList<string>? Splits { get; init; }

    public ComparisonPlan Plan(IHost host) => host.Services.GetRequiredService<Comparison>().Plan(Shared, Methods, Seeds, Splits);
}
