using System.CommandLine;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft data check</c>: describes the examples of files, and reports problems before training.</summary>
internal static class DataCommand
{
    private static readonly string[] s_options =
    [
        "task", "dev", "test", "text-column", "pair-column", "label-column", "group-column", "label-separator", "dev-fraction", "backbone",
        "prompt", "demonstrations", "template", "seed", "max-length", "skip-malformed",
    ];

    public static Command Create() => new("data", "Look at files of examples.") { CreateCheck() };

    private static Command CreateCheck()
    {
        var file = new Argument<string>("file")
        {
            Description = $"a file of examples ({TableFile.Extensions}, for tokens also CoNLL columns, for pretraining .txt), or a folder "
                + "with train, dev and test files",
        };
        var arguments = new TrainingArguments(
            [.. RunOption.All.Select(option => option.Name).Where(name => !s_options.Contains(name)), "data"]);
        var json = CommonOptions.Json();
        var command = new Command(
            "check",
            "Check a file of examples before training: columns, labels, lengths, duplicates and rows that may be mistakes; of a prompt, "
                + "also its words and filled templates. The exit code is 1 if training would fail.\n\nExamples:\n"
                + "  peft data check tickets.csv\n"
                + "  peft data check tickets.csv --dev dev.csv --text-column body --label-column queue\n"
                + "  peft data check news.conll --task tokens\n"
                + "  peft data check few-shot/SST-2/30-1 --task prompt --prompt sst2 --backbone roberta-base") { file };
        arguments.AddOptionsTo(command);
        command.Options.Single(option => option.Name == "--task").Description =
            $"{string.Join(", ", CheckedTasks.Names)}; auto: {TableTask.NameOf(TableKind.Classification)} [default: auto]";
        command.Options.Add(json);
        command.SetAction(PeftCommand.GuardWithoutTorch((parsed, cancellation) =>
        {
            var options = CheckedTasks.Resolve(arguments.Read(parsed) with { Data = parsed.GetValue(file)! });
            TrainingOptionsCheck.Check(options);
            var folder = BackboneSource.Folder(options.Backbone, CommonOptions.Note, cancellation);
            var check = new DataChecker(CheckedTasks.Create(options, TokenizerFiles.Load(folder))).Check();
            if (parsed.GetValue(json))
                JsonOutput.Print(check);
            else
                DataTables.Print(check, options);
            return check.Problem is null ? PeftCommand.Success : PeftCommand.Failure;
        }));
        return command;
    }
}
