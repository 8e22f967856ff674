using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft glue</c>: the average over GLUE's tasks, and files for GLUE's server.</summary>
internal static class GlueCommand
{
    public static Command Create() => new(
        "glue", "Scores of runs on GLUE's tasks as published tables take them, and predictions for GLUE's server.")
    {
        CreateScores(), CreateSubmit(),
    };

    private static Command CreateScores()
    {
        var runs = Runs("folders that `peft train --output` wrote, or folders of such folders");
        var convention = new Option<string>("--convention")
        {
            Description = "accuracy (AdaMix's table of RoBERTa), f1 (its table of BERT: F1 of QQP and MRPC) or leaderboard (GLUE's: the "
                + "mean of a task's metrics, of MNLI's two parts)",
            HelpName = "NAME",
            DefaultValueFactory = _ => "accuracy",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "scores",
            "Print a row of GLUE scores and their average for each method and backbone, over seeds.\n\nExample:\n"
                + "  peft glue scores runs --convention f1")
        {
            runs, convention, json,
        };
        command.SetAction(PeftCommand.GuardWithoutTorch((parsed, _) =>
        {
            var chosen = parsed.GetValue(convention)!.ToLowerInvariant() switch
            {
                "accuracy" => GlueConvention.Accuracy,
                "f1" => GlueConvention.F1,
                "leaderboard" => GlueConvention.Leaderboard,
                var other => throw new UsageException($"--convention: '{other}' is not one of accuracy, f1, leaderboard."),
            };
            var rows = GlueRow.Collect(parsed.GetValue(runs)!, chosen);
            if (parsed.GetValue(json))
                JsonOutput.Print(rows);
            else
                GlueRow.Print(rows);
            return PeftCommand.Success;
        }));
        return command;
    }

    private static Command CreateSubmit()
    {
        var runs = Runs("a run for each task; MNLI's predicts MNLI-m, MNLI-mm and AX");
        var data = new Option<string>("--data")
        {
            Description = "GLUE's folder, with a folder for each task, or one task's", HelpName = "DIR", Required = true,
        };
        var output = new Option<string>("--output")
        {
            Description = "folder for the files of predictions", HelpName = "DIR", Required = true,
        };
        var device = CommonOptions.Device();
        var allowDownload = CommonOptions.AllowDownload();
        var json = CommonOptions.Json();
        var command = new Command(
            "submit",
            "Predict GLUE's test files and write them as GLUE's server expects: a header, then index and label.\n\nExample:\n"
                + "  peft glue submit runs/cola runs/mnli --data glue --output submission")
        {
            runs, data, output, device, allowDownload, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
            var submission = new GlueSubmitter(parsed.GetValue(data)!, parsed.GetValue(output)!);
            var tasks = GlueSubmitter.Tasks(parsed.GetValue(runs)!); // before anything is predicted
            foreach (var (run, task) in tasks)
            {
                using var trained = TrainedModel.Load(
                    run, host.Services.GetRequiredService<MethodRegistry>(), parsed.GetValue(device)!, null,
                    host.Services.GetRequiredService<TaskRegistry>(), host.Services.GetRequiredService<BackboneRegistry>(),
                    parsed.GetValue(allowDownload), cancellation);
                submission.Predict(run, trained, task, cancellation);
            }

            submission.Print(parsed.GetValue(json));
            return PeftCommand.Success;
        }));
        return command;
    }

    private static Argument<string[]> Runs(string description) =>
        new("runs") { Description = description, Arity = ArgumentArity.OneOrMore };
}
