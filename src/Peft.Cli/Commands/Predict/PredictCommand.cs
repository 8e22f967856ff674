using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft predict</c>: answers to texts, or to the rows of a file.</summary>
internal static class PredictCommand
{
    private const int LargestBatch = 4096;

    private static readonly Argument<string> s_run = new("run") { Description = "a folder that `peft train --output` wrote" };
    private static readonly Option<string[]> s_text = new("--text")
    {
        Description = "a text, may be repeated; without it and --input, every line of standard input (a tab separates the texts of a pair)",
    };

    private static readonly Option<string?> s_pair = new("--pair") { Description = "the second text of a pair" };
    private static readonly Option<string?> s_input = new("--input")
    {
        Description = "a table (.csv, .tsv, .jsonl, .json or .parquet, also with .gz; - for standard input), whose rows are written again "
            + "with the predictions",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_output = new("--output")
    {
        Description = "of --input: the file to write, .jsonl, .csv or .tsv, also with .gz [default: JSON lines on standard output]",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "replace the file of --output" };
    private static readonly Option<string?> s_textColumn =
        new("--text-column") { Description = "the column of texts [default: the one that the run was trained on]", HelpName = "NAME" };
    private static readonly Option<string?> s_pairColumn = new("--pair-column")
    {
        Description = "the column of second texts [default: the one that the run was trained on]", HelpName = "NAME",
    };

    private static readonly Option<int?> s_top = TopOption.Create();
    private static readonly Option<int?> s_batchSize =
        NumberOption.Whole("--batch-size", "texts that are computed together [default: 32]");
    private static readonly Option<string?> s_backbone =
        new("--backbone") { Description = "'builtin' or a checkpoint folder [default: the run's]" };
    private static readonly Option<bool> s_allowDownload = CommonOptions.AllowDownload();
    private static readonly Option<string> s_device = CommonOptions.Device();
    private static readonly Option<bool> s_skipMalformed = CommonOptions.SkipMalformed("rows of --input or lines of standard input");
    private static readonly Option<bool> s_json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command(
            "predict",
            "Predict with a finished run: answers to texts, or a copy of a table with the predictions added.\n\nExamples:\n"
            + "  peft predict runs/first --text \"a fine film\"\n"
            + "  peft predict runs/first --input tickets.csv --output predicted.csv --top 3\n"
            + "  cut -f1 dev.tsv | peft predict runs/first --json")
        {
            s_run, s_text, s_pair, s_input, s_output, s_overwrite, s_textColumn, s_pairColumn, s_top, s_batchSize, s_backbone,
            s_allowDownload, s_device, s_skipMalformed, s_json,
        };
        command.SetAction(PeftCommand.Guard(Run));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var batchSize = (parsed.GetValue(s_batchSize) ?? 32) is >= 1 and <= LargestBatch and var size
            ? size : throw new UsageException($"--batch-size: expected a whole number from 1 to {LargestBatch}.");
        if (parsed.GetValue(s_input) is { } input)
            return PredictFile(parsed, input, batchSize, cancellation);
        RefuseOptionsOfFiles(parsed);
        using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
        using var trained = Load(parsed, host.Services, cancellation);
        var texts = parsed.GetValue(s_text) is { Length: > 0 } given
            ? PredictTexts.Given(trained.Task, given, parsed.GetValue(s_pair))
            : PredictTexts.ReadLines(trained.Task, parsed.GetValue(s_pair), parsed.GetValue(s_skipMalformed));
        PredictTexts.Run(trained, texts, batchSize, parsed.GetValue(s_json), parsed.GetValue(s_top));
        return PeftCommand.Success;
    }

    private static int PredictFile(ParseResult parsed, string input, int batchSize, CancellationToken cancellation)
    {
        if (parsed.GetValue(s_text) is { Length: > 0 } || parsed.GetValue(s_pair) is not null)
            throw new UsageException("--input: cannot be given with --text or --pair; give one of them.");
        var target = PredictionTarget.Check(parsed.GetValue(s_output), input, parsed.GetValue(s_overwrite));
        using var table = PredictionTable.Open(input, parsed.GetValue(s_skipMalformed));
        using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
        using var trained = Load(parsed, host.Services, cancellation);
        table.Choose(trained, parsed.GetValue(s_textColumn), parsed.GetValue(s_pairColumn));
        var rows = new PredictedRows(trained, table, batchSize, parsed.GetValue(s_top));
        rows.Write(target, parsed.GetValue(s_json), cancellation);
        return PeftCommand.Success;
    }

    private static TrainedModel Load(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        var run = parsed.GetValue(s_run)!;
        var trained = TrainedModel.Load(
            run, services.GetRequiredService<MethodRegistry>(), parsed.GetValue(s_device)!, parsed.GetValue(s_backbone),
            services.GetRequiredService<TaskRegistry>(), services.GetRequiredService<BackboneRegistry>(),
            parsed.GetValue(s_allowDownload), cancellation);
        if (trained.Result.Task != GenerationTasks.Text)
            return trained;
        trained.Dispose();
        throw new UsageException($"{run}: holds a language model of plain text, which has no labels to predict; continue a text with "
            + $"`peft generate --adapter {NextStep.Quoted(run)} --prompt TEXT`.");
    }

    private static void RefuseOptionsOfFiles(ParseResult parsed)
    {
        Option[] ofFiles = [s_output, s_overwrite, s_textColumn, s_pairColumn];
        if (ofFiles.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { Name: var name })
            throw new UsageException($"{name}: needs --input, the table to predict.");
    }
}
