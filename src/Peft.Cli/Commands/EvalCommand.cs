using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Peft.Models;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft eval</c>: metrics of a finished run; of a data-to-text run, its texts are decoded and scored.</summary>
internal static class EvalCommand
{
    private const int ContextsAtATime = 16;

    private static readonly Argument<string> s_run = new("run") { Description = "a folder that `peft train --output` wrote" };
    private static readonly Option<string?> s_data = new("--data")
    {
        Description = "the task's folder, or, of a run on a table, a file whose rows are all scored [default: the run's]",
    };

    private static readonly Option<string?> s_textColumn = Column("--text-column", "texts");
    private static readonly Option<string?> s_pairColumn = Column("--pair-column", "second texts");
    private static readonly Option<string?> s_labelColumn = Column("--label-column", "labels or numbers");
    private static readonly Option<int?> s_errors = NumberOption.Whole(
        "--errors", "list this many wrong predictions, the most confident first; of numbers, the largest differences", min: 1);

    private static readonly Option<string?> s_backbone =
        new("--backbone") { Description = "a built-in backbone or a checkpoint folder [default: the run's]" };
    private static readonly Option<bool> s_allowDownload = CommonOptions.AllowDownload();
    private static readonly Option<string> s_device = CommonOptions.Device();
    private static readonly Option<string?> s_inference = CommonOptions.Inference();
    private static readonly Option<string> s_part =
        new("--part") { Description = "of a data-to-text task: dev or test", DefaultValueFactory = _ => "test" };
    private static readonly Option<string?> s_output =
        new("--output") { Description = "of a data-to-text task: a folder for generated.txt and references.txt", HelpName = "DIR" };
    private static readonly Option<bool> s_skipMalformed = CommonOptions.SkipMalformed("rows of the task's file");
    private static readonly Option<bool> s_json = CommonOptions.Json();
    private static readonly GenerationArguments s_decoding = new(GenerationArguments.AdaMixNlg);
    private static readonly RoutingArguments s_routing = new();

    public static Command Create()
    {
        var command = new Command(
            "eval",
            "Evaluate a finished run: on its task's development data, or, of a data-to-text task, by decoding every context and scoring "
                + "the texts.\n\n"
            + "Examples:\n  peft eval runs/first --inference ensemble\n  peft eval runs/tickets --data test.csv --errors 20\n"
            + "  peft eval runs/mixture --routing random --route sentence --draws 20\n"
            + "  peft eval runs/e2e --part test --output runs/e2e/test")
        {
            s_run, s_data, s_textColumn, s_pairColumn, s_labelColumn, s_errors, s_backbone, s_allowDownload, s_device, s_inference,
            s_part, s_output, s_skipMalformed, s_json,
        };
        s_routing.AddTo(command);
        s_decoding.AddTo(command);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var routing = s_routing.Read(parsed, s_decoding.Seed(parsed));
            if (routing is not null && (parsed.GetValue(s_inference) is not null || parsed.GetValue(s_errors) is not null))
                throw new UsageException("--routing: cannot be given with --inference or --errors; leave one of them out.");
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
            using var trained = TrainedModel.Load(
                parsed.GetValue(s_run)!, host.Services.GetRequiredService<MethodRegistry>(), parsed.GetValue(s_device)!,
                parsed.GetValue(s_backbone),
                host.Services.GetRequiredService<TaskRegistry>(), host.Services.GetRequiredService<BackboneRegistry>(),
                parsed.GetValue(s_allowDownload), cancellation);
            CommonOptions.Choose(trained.Model, parsed.GetValue(s_inference));
            if (GenerationTasks.Has(trained.Result.Task))
                return routing is null ? Decode(parsed, trained, cancellation) : throw new UsageException(
                    "--routing: is for tasks that are not decoded; evaluate a data-to-text run with --inference.");
            return Evaluate(parsed, trained, routing);
        }, Stopping.Soon));
        return command;
    }

    private static int Evaluate(ParseResult parsed, TrainedModel trained, RoutedEvaluationOptions? routing)
    {
        var errors = parsed.GetValue(s_errors);
        if (errors is not null && trained.Task.Head is not (TaskHead.Classifier or TaskHead.MaskedWords))
            throw new UsageException(NoErrors(trained));
        var options = new EvaluationOptions
        {
            Data = parsed.GetValue(s_data),
            TextColumn = parsed.GetValue(s_textColumn),
            PairColumn = parsed.GetValue(s_pairColumn),
            LabelColumn = parsed.GetValue(s_labelColumn),
            SkipMalformed = parsed.GetValue(s_skipMalformed),
            MostErrors = errors ?? 0,
        };
        if (routing is not null)
        {
            var routed = trained.EvaluateRouted(options, routing, Notice);
            RoutedTables.Print(parsed.GetValue(s_run)!, routing, routed, parsed.GetValue(s_json));
            return PeftCommand.Success;
        }

        var found = trained.Evaluate(options, Notice);
        if (errors is not null && found.Errors is null)
            throw new UsageException(NoErrors(trained));
        EvaluationTables.Print(parsed.GetValue(s_run)!, found, parsed.GetValue(s_json));
        return PeftCommand.Success;
    }

    private static void Notice(string notice) => Console.Error.WriteLine($"peft: {notice}.");

    private static string NoErrors(TrainedModel trained) => $"--errors: the predictions of task '{trained.Result.Task}' are not right or "
        + "wrong row by row; it is for tasks with a label, labels or a number for each row.";

    private static Option<string?> Column(string name, string what) =>
        new(name) { Description = $"of a table in --data: the column of {what} [default: the one that the run read]", HelpName = "NAME" };

    private static int Decode(ParseResult parsed, TrainedModel trained, CancellationToken cancellation)
    {
        if (!Enum.TryParse<GenerationSplit>(parsed.GetValue(s_part), ignoreCase: true, out var part) || part == GenerationSplit.Train)
            throw new UsageException($"--part: '{parsed.GetValue(s_part)}' is neither dev nor test.");
        if (trained.Result.Task == GenerationTasks.Text)
            throw new UsageException($"{parsed.GetValue(s_run)}: was trained on plain text, which has no contexts to decode.");
        if (parsed.GetValue(s_errors) is not null)
            throw new UsageException(NoErrors(trained));
        var settings = trained.Result.Settings;
        var set = GenerationTasks.Load(
            trained.Result.Task, parsed.GetValue(s_data) ?? settings.Data, part,
            parsed.GetValue(s_skipMalformed) || settings.SkipMalformed);
        foreach (var skipped in set.Skipped)
            CommonOptions.Report(skipped);
        var options = s_decoding.Read(parsed, ((CausalLanguageModel)trained.Model.Backbone).Decoder.Config.VocabularySize);
        try
        {
            var decoded = trained.Contexts.Decode(set, options, ContextsAtATime, (done, all) => Report(parsed, done, all), cancellation);
            if (parsed.GetValue(s_output) is { } folder)
                decoded.Write(folder);
            Print(parsed, decoded.Score(CommonOptions.Note), decoded.Texts.Count, "contexts");
            if (parsed.GetValue(s_output) is { } written && !parsed.GetValue(s_json))
                NextStep.Print(written, $"peft score --hyp {NextStep.Quoted(Path.Combine(written, "generated.txt"))} --ref "
                    + NextStep.Quoted(Path.Combine(written, "references.txt")));
            return PeftCommand.Success;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("peft: stopped; nothing was written.");
            return PeftCommand.Interrupted;
        }
    }

    private static void Report(ParseResult parsed, int done, int total)
    {
        if (!parsed.GetValue(s_json) && (done == total || done / ContextsAtATime % 5 == 0))
            Console.Error.WriteLine($"decoded {done} of {total}");
    }

    private static void Print(ParseResult parsed, IReadOnlyDictionary<string, double> metrics, int count, string what)
    {
        if (parsed.GetValue(s_json))
        {
            JsonOutput.Print(new Dictionary<string, object?> { ["run"] = parsed.GetValue(s_run), [what] = count, ["metrics"] = metrics });
            return;
        }

        ResultTables.PrintFacts(
            [.. metrics.Select(metric => (metric.Key, Scores.Text(metric.Key, metric.Value))), (what, $"{count}")]);
    }
}
