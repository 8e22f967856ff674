using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft predict</c>: labels for texts.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "a folder that `peft train --output` wrote" };
        var text = new Option<string[]>("--text")
        {
            Description = "a text, may be repeated; without it, every line of standard input (a tab separates the texts of a pair)",
        };
        var top = new Option<bool>("--top") { Description = "print every class with its probability, from 0 to 100" };
        var pair = new Option<string?>("--pair") { Description = "the second text of a pair" };
        var backbone = new Option<string?>("--backbone") { Description = "'builtin' or a checkpoint folder [default: the run's]" };
        var allowDownload = CommonOptions.AllowDownload();
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda", DefaultValueFactory = _ => "auto" };
        var skip = CommonOptions.SkipMalformed("lines of standard input");
        var json = CommonOptions.Json();
        var command = new Command(
            "predict",
            "Predict with a finished run.\n\nExamples:\n  peft predict runs/first --text \"a fine film\"\n"
            + "  cut -f1 dev.tsv | peft predict runs/first --json")
        {
            run, text, pair, top, backbone, allowDownload, device, skip, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
            using var trained = TrainedModel.Load(
                parsed.GetValue(run)!, host.Services.GetRequiredService<MethodRegistry>(), parsed.GetValue(device)!,
                parsed.GetValue(backbone),
                host.Services.GetRequiredService<TaskRegistry>(), host.Services.GetRequiredService<BackboneRegistry>(),
                parsed.GetValue(allowDownload), cancellation);
            if (trained.Result.Task == GenerationTasks.Text)
                throw new UsageException($"{parsed.GetValue(run)}: holds a language model of plain text, which has no labels to predict; "
                    + $"continue a text with `peft generate --adapter {NextStep.Quoted(parsed.GetValue(run)!)} --prompt TEXT`.");
            var texts = parsed.GetValue(text) is { Length: > 0 } given
                ? Given(trained.Task, given, parsed.GetValue(pair)) : ReadLines(trained.Task, parsed.GetValue(pair), parsed.GetValue(skip));
            if (texts.Count == 0)
                throw new UsageException("no text: give --text, or lines on standard input.");
            foreach (var prediction in trained.Predict(texts))
                Print(prediction, parsed.GetValue(json), parsed.GetValue(top));
            return PeftCommand.Success;
        }));
        return command;
    }

    private static List<(string Text, string? Pair)> Given(IFineTuningTask task, string[] texts, string? pair)
    {
        foreach (var text in texts)
        {
            if (PredictionText.Problem(task, text, pair, "(--text and --pair)") is { } problem)
                throw new UsageException($"--text '{Excerpt.Cut(text)}': {problem}.");
        }

        return [.. texts.Select(text => (text, pair))];
    }

    private static List<(string Text, string? Pair)> ReadLines(IFineTuningTask task, string? pair, bool skipMalformed)
    {
        if (pair is not null)
            throw new UsageException("--pair: needs --text; in lines of standard input, a tab separates the texts of a pair.");
        var rows = InputRows.Read(
            TextLines.Read(Console.OpenStandardInput(), "standard input"), "standard input", skipMalformed,
            line => line.Split('\t') is { Length: > 2 } columns
                ? $"expected a text, or two separated by a tab, found {columns.Length}"
                : Texts(line) is var (first, second) ? PredictionText.Problem(task, first, second, "separated by a tab") : null);
        return rows.ConvertAll(Texts);
    }

    private static (string Text, string? Pair) Texts(string line) =>
        line.Split('\t', 2) is [var first, var second] ? (first, second) : (line, null);

    private static void Print(Prediction prediction, bool json, bool top)
    {
        if (json)
        {
            JsonOutput.PrintLine(Fields(prediction, top));
            return;
        }

        if (prediction.Probability is null)
        {
            Console.Out.WriteLine($"{OneLine.Column(prediction.Answer)}\t{OneLine.Column(prediction.Text)}");
            return;
        }

        foreach (var candidate in top ? prediction.Classes : prediction.Classes.Take(1))
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{OneLine.Column(candidate.Label)}\t{Scores.Share(candidate.Probability)}\t{OneLine.Column(prediction.Text)}"));
    }

    private static Dictionary<string, object?> Fields(Prediction prediction, bool top)
    {
        var fields = new Dictionary<string, object?> { ["text"] = prediction.Text };
        if (prediction.Entities is { } entities)
            fields["entities"] = entities;
        else if (prediction.Probability is { } probability)
            (fields["label"], fields["probability"]) = (prediction.Answer, probability);
        else if (double.TryParse(prediction.Answer, CultureInfo.InvariantCulture, out var score))
            fields["score"] = score;
        else
            fields["generated"] = prediction.Answer;
        if (top)
            fields["classes"] = prediction.Classes;
        return fields;
    }
}
