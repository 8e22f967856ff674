using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft train</c>: one run.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command(
            "train",
            "Fine-tune a backbone with one method.\n\nExamples:\n"
            + "  peft train --data tickets.csv --text-column text --label-column category --output runs/tickets\n"
            + "  peft train --method lora --set lora.rank=8\n"
            + "  peft train --method \"adamix(houlsby)\" --set adamix.experts=4 --task sst2 --data glue/SST-2 --output runs/first\n"
            + "  peft train --backbone gpt2-medium --task e2e --data nlg/e2e --preset nlg-adamix-lora --score test --output runs/e2e\n"
            + "  peft train --config run.yaml --seed 2\n"
            + "  peft --plugins my-plugins train --method \"adamix(theirs)\"");
        var arguments = new TrainingArguments();
        var write = new Option<bool>("--write-config") { Description = "print the whole run file of these options, and train nothing" };
        var json = CommonOptions.Json();
        arguments.AddTo(command);
        command.Options.Add(write);
        command.Options.Add(json);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var options = arguments.Read(parsed);
            if (parsed.GetValue(write))
            {
                TrainingOptionsCheck.Check(options);
                Console.Out.Write(RunFile.Write(options));
                return PeftCommand.Success;
            }

            arguments.CheckBackbone(parsed, options, cancellation);
            return Run(options, CommonOptions.ReadPlugins(parsed), parsed.GetValue(json), cancellation);
        }, Stopping.AfterStep));
        return command;
    }

    private static int Run(TrainingOptions options, IReadOnlyList<string> plugins, bool json, CancellationToken cancellation)
    {
        using var host = Composition.Host(plugins, cancellation);
        if (options is { Folds: > 0, Fold: 0 })
            return CompareCommand.Run(
                host, new ComparedRuns(options, [options.Method], [options.Seed], Reuse: false, json), cancellation);
        RunCurves? curves = null;
        var result = ProgressView.Watch(json, observer => host.Services.GetRequiredService<FineTuner>()
            .Run(options, curves = new RunCurves(observer), cancellation));
        if (json)
        {
            JsonOutput.Print(result);
        }
        else
        {
            ResultTables.Print(result);
            curves!.WriteRun(Console.Out, result.PrimaryMetric, Terminal.OutputWidth);
            if (result.Settings.Output is { } output)
                NextStep.Print(output, Next(result, output));
        }

        return result.Cancelled ? PeftCommand.Interrupted : PeftCommand.Success;
    }

    /// <summary>A command to try with a run: label a text, continue one, or decode and score the contexts of a data-to-text task.</summary>
    private static string Next(RunResult result, string output) => (result.Task, result.Metrics.ContainsKey("loss")) switch
    {
        (GenerationTasks.Text, _) => $"peft generate --adapter {NextStep.Quoted(output)} --prompt \"The\"",
        _ when result.State is { IsPair: true } => $"peft eval {NextStep.Quoted(output)}",
        (_, true) => $"peft eval {NextStep.Quoted(output)}",
        (TicketTask.Name, _) => $"peft predict {NextStep.Quoted(output)} --text \"where is my parcel?\" --top",
        _ => $"peft predict {NextStep.Quoted(output)} --text \"a fine film\"{(result.MajorityShare is null ? "" : " --top")}",
    };
}
