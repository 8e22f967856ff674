using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft predict</c>: labels for texts.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "a folder that `peft train --output` wrote" };
        var text = new Option<string?>("--text") { Description = "a text; without it, every line of standard input (a tab separates the texts of a pair)" };
        var pair = new Option<string?>("--pair") { Description = "the second text of a pair" };
        var backbone = new Option<string?>("--backbone") { Description = "'builtin' or a checkpoint folder [default: the run's]" };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda", DefaultValueFactory = _ => "auto" };
        var json = CommonOptions.Json();
        var command = new Command(
            "predict",
            "Predict with a finished run.\n\nExamples:\n  peft predict runs/first --text \"a fine film\"\n"
            + "  cut -f1 dev.tsv | peft predict runs/first --json")
        {
            run, text, pair, backbone, device, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, _) =>
        {
            var texts = parsed.GetValue(text) is { } one ? [(one, parsed.GetValue(pair))] : ReadLines();
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed));
            var registry = host.Services.GetRequiredService<MethodRegistry>();
            using var trained = TrainedModel.Load(parsed.GetValue(run)!, registry, parsed.GetValue(device)!, parsed.GetValue(backbone));
            if (texts.Count == 0)
                throw new UsageException("no text: give --text, or lines on standard input.");
            var logits = trained.Predict(texts);
            for (var row = 0; row < texts.Count; row++)
                Print(trained, texts[row].Text, logits[row], parsed.GetValue(json));
            return PeftCommand.Success;
        }));
        return command;
    }

    private static List<(string Text, string? Pair)> ReadLines()
    {
        var texts = new List<(string, string?)>();
        while (Console.In.ReadLine() is { } line)
        {
            var parts = line.Split('\t', 2);
            texts.Add((parts[0], parts.Length > 1 ? parts[1] : null));
        }

        return texts;
    }

    private static void Print(TrainedModel trained, string text, float[] logits, bool json)
    {
        if (trained.Task.IsRegression)
        {
            Write(json, new { text, score = logits[0] }, string.Create(CultureInfo.InvariantCulture, $"{logits[0]:F3}\t{text}"));
            return;
        }

        var best = Array.IndexOf(logits, logits.Max());
        var probability = 1 / logits.Sum(logit => Math.Exp(logit - logits[best]));
        var label = trained.Task.Labels[best];
        Write(json, new { text, label, probability }, string.Create(CultureInfo.InvariantCulture, $"{label}\t{probability:F3}\t{text}"));
    }

    private static void Write<T>(bool json, T value, string line)
    {
        if (json)
            JsonOutput.PrintLine(value);
        else
            Console.Out.WriteLine(line);
    }
}
