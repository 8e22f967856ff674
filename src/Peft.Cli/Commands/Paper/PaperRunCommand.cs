using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Cli.Remote;
using Peft.Experiments;
using Peft.Models;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft paper run</c>: the cells of studies that have no result yet.</summary>
internal static class PaperRunCommand
{
    private static readonly Argument<string> s_study = new("study")
    {
        Description = "a study of `peft paper list`, or all",
    };

    private static readonly Option<string> s_scale = new("--scale")
    {
        Description = "paper: the paper's backbones, data and settings; small: MiniLM or the built-in decoder, limited rows and steps; "
            + "smoke: tiny, two steps",
        DefaultValueFactory = _ => "small", HelpName = "SCALE",
    };

    private static readonly Option<string> s_output = new("--output")
    {
        Description = "folder of the results; the same command continues a study that was stopped",
        DefaultValueFactory = _ => new StudyRequest().Output, HelpName = "DIR",
    };

    private static readonly Option<string?> s_data = new("--data")
    {
        Description = "folder with a folder for each data set, under GLUE's usual names, e2e, webnlg and dart; at smoke, generated "
            + "examples are used without it",
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_backbone = new("--backbone") { Description = "of every row [default: the scale's]" };
    private static readonly Option<string?> s_seeds = new("--seeds")
    {
        Description = "seeds separated by commas [default: 1; at paper 1,2,3]",
    };

    private static readonly Option<string?> s_columns = new("--columns") { Description = "columns to run, separated by commas" };
    private static readonly Option<string?> s_rows = new("--rows") { Description = "keys of rows to run, separated by commas" };
    private static readonly Option<int?> s_parallel = NumberOption.Whole(
        "--parallel", "cells at once, each in a process of its own; the cores are divided", min: 1);

    private static readonly Option<int?> s_threads = NumberOption.Whole(
        "--threads", "threads of each run [default: one on each core]", min: 1);

    private static readonly Option<string> s_device = CommonOptions.Device();
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "print the cells, what there is of each, and a time" };
    private static readonly Option<bool> s_worker = new(StudyProcesses.WorkerOption) { Hidden = true };
    private static readonly SubmitOption s_submit = new();
    private static readonly Option<bool> s_json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command(
            "run",
            "Run a study's cells, each a row, a column and a seed. Cells that have a result are not run again.\n\nExamples:\n"
            + "  peft paper run table2 --data glue\n  peft paper run table2 --data glue --columns RTE,MRPC --seeds 1,2,3 --parallel 2\n"
            + "  peft paper run table2 --data glue --submit http://gpu-server:5080\n  peft paper run all --scale smoke")
        {
            s_study, s_scale, s_data, s_output, s_backbone, s_seeds, s_columns, s_rows, s_parallel, s_threads, s_device, s_dryRun, s_worker,
            s_json,
        };
        s_submit.AddTo(command);
        command.SetAction(PeftCommand.Guard(Run, Stopping.AfterStep));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var request = ReadRequest(parsed);
        var plans = StudyCatalog.Find(parsed.GetValue(s_study)!).Select(study => StudyPlan.Create(study, request)).ToList();
        plans.ForEach(StudyRunner.Check);
        if (parsed.GetValue(s_dryRun))
        {
            PaperTables.PrintPlans(plans, parsed.GetValue(s_json));
            return PeftCommand.Success;
        }

        using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
        var runner = new StudyRunner(
            new CellRunner(
                host.Services.GetRequiredService<FineTuner>(), host.Services.GetRequiredService<MethodRegistry>(),
                host.Services.GetRequiredService<TaskRegistry>(), host.Services.GetRequiredService<BackboneRegistry>()),
            line => Console.Error.WriteLine(line));
        var outcomes = new List<(StudyPlan Plan, StudyOutcome Outcome)>();
        foreach (var plan in plans.TakeWhile(_ => !cancellation.IsCancellationRequested))
            outcomes.Add((plan, Run(parsed, plan, runner, cancellation)));
        if (parsed.GetValue(s_worker))
            return outcomes.Any(one => one.Outcome.Failed > 0) ? PeftCommand.Failure : PeftCommand.Success;
        PaperTables.PrintOutcomes(outcomes, parsed.GetValue(s_json));
        return End(outcomes, request, cancellation);
    }

    private static StudyOutcome Run(ParseResult parsed, StudyPlan plan, StudyRunner runner, CancellationToken cancellation)
    {
        if (parsed.GetValue(s_worker))
            return runner.RunCells(plan, new QuietObserver(), cancellation);
        if (s_submit.IsGiven(parsed))
            return RunRemote(parsed, plan, runner, cancellation);
        if (parsed.GetValue(s_parallel) is not > 1)
            return runner.Run(plan, new QuietObserver(), cancellation);
        using var held = runner.Hold(plan);
        return StudyProcesses.Run(plan, WorkerArguments(parsed, plan), parsed.GetValue(s_parallel)!.Value, cancellation);
    }

    /// <summary>Trains the cells on a server, and evaluates them here.</summary>
    private static StudyOutcome RunRemote(ParseResult parsed, StudyPlan plan, StudyRunner runner, CancellationToken cancellation)
    {
        using var held = runner.Hold(plan);
        var runs = StudyRunner.Untrained(plan).Select(cell => cell.Options! with { Output = CellRunner.RunFolder(cell) })
            .Select(options => new SubmittedRun(options, plan.Portable(options)));
        s_submit.Train(parsed, [.. runs], parsed.GetValue(s_json), cancellation);
        return runner.RunCells(plan, new QuietObserver(), cancellation);
    }

    /// <summary>The command of one study, without what the parent alone decides.</summary>
    private static List<string> WorkerArguments(ParseResult parsed, StudyPlan plan)
    {
        List<string> arguments =
        [
            "paper", "run", plan.Study.Name, "--scale", parsed.GetValue(s_scale)!, "--output", plan.Request.Output, "--device",
            plan.Request.Device,
        ];
        foreach (var option in (Option<string?>[])[s_data, s_backbone, s_seeds, s_columns, s_rows])
        {
            if (parsed.GetValue(option) is { } value)
                arguments.AddRange([option.Name, value]);
        }

        foreach (var folder in CommonOptions.ReadPlugins(parsed))
            arguments.AddRange(["--plugins", folder]);
        return arguments;
    }

    private static StudyRequest ReadRequest(ParseResult parsed) => new()
    {
        Scale = Enum.TryParse<StudyScale>(parsed.GetValue(s_scale), ignoreCase: true, out var scale) && Enum.IsDefined(scale)
            ? scale : throw new UsageException($"--scale: '{parsed.GetValue(s_scale)}' is not one of paper, small, smoke."),
        Data = parsed.GetValue(s_data),
        Output = parsed.GetValue(s_output)!,
        Backbone = parsed.GetValue(s_backbone),
        Seeds = parsed.GetValue(s_seeds) is { } seeds ? CommonOptions.ReadSeeds(seeds) : [],
        Columns = Names(parsed.GetValue(s_columns)),
        Rows = Names(parsed.GetValue(s_rows)),
        Threads = parsed.GetValue(s_threads) ?? 0,
        Device = parsed.GetValue(s_device)!,
    };

    private static string[] Names(string? text) =>
        text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static int End(
        IReadOnlyList<(StudyPlan Plan, StudyOutcome Outcome)> outcomes, StudyRequest request, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine($"peft: stopped by {StopSignals.Name}; the same command continues.");
            return PeftCommand.Interrupted;
        }

        if (outcomes.Sum(one => one.Outcome.Failed) is > 0 and var failed)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"peft: {failed} cells failed; the same command tries them again."));
            return PeftCommand.Failure;
        }

        NextStep.Print(request.Output, $"peft paper report {NextStep.Quoted(request.Output)}");
        return PeftCommand.Success;
    }

    /// <summary>Shows nothing: each cell ends with a line of its own.</summary>
    private sealed class QuietObserver : ITrainingObserver
    {
        public void Started(RunSummary summary)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
        }

        public void Evaluated(EpochResult epoch)
        {
        }
    }
}
