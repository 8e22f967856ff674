using System.Globalization;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>Predictions of the texts of a command line or of lines of standard input.</summary>
internal static class PredictTexts
{
    /// <summary>Predicts and prints an answer to each text.</summary>
    /// <param name="trained">The run.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="batchSize">Rows in a forward pass.</param>
    /// <param name="json">Whether a JSON object is printed for each.</param>
    /// <param name="top">How many classes are printed; null for the most likely one.</param>
    public static void Run(
        TrainedModel trained, IReadOnlyList<(string Text, string? Pair)> texts, int batchSize, bool json, int? top)
    {
        if (texts.Count == 0)
            throw new UsageException("no text: give --text, --input, or lines on standard input.");
        foreach (var prediction in trained.Predict(texts, batchSize))
            Print(prediction, json, top);
    }

    /// <summary>The texts of the command line.</summary>
    public static List<(string Text, string? Pair)> Given(IFineTuningTask task, string[] texts, string? pair)
    {
        foreach (var text in texts)
        {
            if (PredictionText.Problem(task, text, pair, "(--text and --pair)") is { } problem)
                throw new UsageException($"--text '{Excerpt.Cut(text)}': {problem}.");
        }

        return [.. texts.Select(text => (text, pair))];
    }

    /// <summary>The lines of standard input.</summary>
    public static List<(string Text, string? Pair)> ReadLines(IFineTuningTask task, string? pair, bool skipMalformed)
    {
        if (pair is not null)
            throw new UsageException("--pair: needs --text; in lines of standard input, a tab separates the texts of a pair.");
        var rows = new TextRows(
            "standard input", skipMalformed,
            line => line.Split('\t') is { Length: > 2 } columns
                ? $"expected a text, or two separated by a tab, found {columns.Length}"
                : Texts(line) is var (first, second) ? PredictionText.Problem(task, first, second, "separated by a tab") : null);
        return rows.ReadAll(Console.OpenStandardInput()).ConvertAll(Texts);
    }

    private static (string Text, string? Pair) Texts(string line) =>
        line.Split('\t', 2) is [var first, var second] ? (first, second) : (line, null);

    private static void Print(Prediction prediction, bool json, int? top)
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

        foreach (var candidate in prediction.Classes.Take(top ?? 1))
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{OneLine.Column(candidate.Label)}\t{Scores.Share(candidate.Probability)}\t{OneLine.Column(prediction.Text)}"));
    }

    /// <summary>The fields of a prediction's line of JSON.</summary>
    internal static Dictionary<string, object?> Fields(Prediction prediction, int? top)
    {
        var fields = new Dictionary<string, object?> { ["text"] = prediction.Text };
        if (prediction.Entities is { } entities)
            fields["entities"] = entities;
        else if (prediction.Labels is { } labels)
            fields["labels"] = labels;
        else if (prediction.Probability is { } probability)
            (fields["label"], fields["probability"]) = (prediction.Answer, probability);
        else if (prediction.Score is { } number)
            fields["score"] = number;
        else
            fields["generated"] = prediction.Answer;
        if (top is { } most)
            fields["classes"] = prediction.Classes.Take(most);
        return fields;
    }
}
