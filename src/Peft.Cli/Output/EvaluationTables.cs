using System.Globalization;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>The results of a finished run on a set of examples, on standard output.</summary>
internal static class EvaluationTables
{
    private const int LongestText = 80;

    /// <summary>Prints metrics, classes and wrong predictions.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="found">What was found.</param>
    /// <param name="json">Whether it is printed as JSON.</param>
    public static void Print(string run, Evaluation found, bool json)
    {
        if (json)
        {
            JsonOutput.Print(Fields(run, found));
            return;
        }

        ResultTables.PrintFacts(
            [.. found.Metrics.Select(metric => (metric.Key, Scores.Text(metric.Key, metric.Value))), ("rows", $"{found.Rows}")]);
        if (found.Classes is { } classes)
            ClassTables.Print(classes, "--json");
        if (found.Errors is { } errors)
            Print(errors);
    }

    private static Dictionary<string, object?> Fields(string run, Evaluation found)
    {
        var fields = new Dictionary<string, object?> { ["run"] = run, ["rows"] = found.Rows, ["metrics"] = found.Metrics };
        if (found.Classes is { } classes)
            fields["classes"] = classes;
        if (found.Errors is { } errors)
            fields["errors"] = errors;
        return fields;
    }

    private static void Print(IReadOnlyList<WrongPrediction> errors)
    {
        Console.Out.WriteLine();
        if (errors.Count == 0)
        {
            Console.Out.WriteLine("no wrong prediction");
            return;
        }

        var areNumbers = errors[0].Difference is not null;
        Console.Out.WriteLine(areNumbers ? "largest differences:" : "most confident wrong predictions:");
        ResultTables.Print(
            [
                new Column("row", IsNumber: true), new Column(areNumbers ? "difference" : "probability", IsNumber: true),
                new Column(areNumbers ? "number" : "label", Shortest: 10), new Column("predicted", Shortest: 10),
                new Column("text", Shortest: 20),
            ],
            [
                .. errors.Select(one => (string[])
                [
                    one.Row.ToString(CultureInfo.InvariantCulture),
                    one.Probability is { } probability ? Scores.Share(probability)
                        : one.Difference?.ToString("0.###", CultureInfo.InvariantCulture) ?? "",
                    Name(one.Actual), Name(one.Predicted), Text(one),
                ]),
            ]);
    }

    private static string Name(string label) => label.Length == 0 ? "(none)" : Words.Shorten(ControlCharacters.EscapeLine(label), 24);

    /// <summary>The start of the text, on one line.</summary>
    private static string Text(WrongPrediction one)
    {
        var text = OneLine.Column(one.Pair is null ? one.Text : $"{one.Text} / {one.Pair}");
        if (text.Length <= LongestText)
            return text;
        var end = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return text[..end] + "…";
    }
}
