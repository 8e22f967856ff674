using System.Globalization;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>What <c>peft data check</c> found, on standard output.</summary>
internal static class DataTables
{
    private const int MostLabels = 20, BarWidth = 30, ExampleEnd = 80;

    public static void Print(DataCheck check, TrainingOptions options)
    {
        List<(string Name, string Text)> facts =
        [
            .. check.Files.Select(file => (file.Part, $"{file.File}: {Count(file.Rows)} rows"
                + (file.Malformed > 0 ? $", {Count(file.Malformed)} that cannot be used" : ""))),
            .. Columns(check),
            ("duplicates", Count(check.Duplicates)),
        ];
        if (check.Lengths is { } lengths)
            facts.Add(("tokens", string.Create(CultureInfo.InvariantCulture,
                $"median {lengths.Median}, 99% up to {lengths.Of99Percent}, longest {lengths.Longest} (--backbone {options.Backbone})")));
        ResultTables.PrintFacts(facts);
        if (check.Prompt is { } prompt)
            PrintPrompt(prompt);
        Bars(
            check.LabelUnit == "rows" ? "labels" : $"{check.LabelUnit} by label",
            [.. check.Labels.Take(MostLabels).Select(label => (ControlCharacters.EscapeLine(label.Label), label.Count))]);
        if (check.Labels.Count > MostLabels)
            Console.Out.WriteLine($"and {Count(check.Labels.Count - MostLabels)} more labels");
        if (check.Lengths is { } bins)
            Bars("lengths in tokens", [.. bins.Bins.Select(bin => ($"{bin.From}-{bin.To}", bin.Rows))]);
        PrintFindings(check);
    }

    /// <summary>The columns and what is read from them; files that are no tables have none.</summary>
    private static IEnumerable<(string Name, string Text)> Columns(DataCheck check) => check.Columns.Count == 0 ? [] :
    [
        ("columns", string.Join(", ", check.Columns.Select(ControlCharacters.EscapeLine))),
        .. check.Parts.Select(part => (part.Key, $"column '{ControlCharacters.EscapeLine(part.Value)}'")),
    ];

    /// <summary>
    /// The template, and of each label its word, with the tokens of one that is not a single token, and a filled example.
    /// </summary>
    private static void PrintPrompt(PromptCheck prompt)
    {
        Console.Out.WriteLine();
        ResultTables.PrintLine($"prompt {ControlCharacters.EscapeLine(prompt.Name)}: {ControlCharacters.EscapeLine(prompt.Template)}");
        foreach (var word in prompt.Words)
        {
            var tokens = word.Tokens.Count == 1 ? "" : $" ({word.Tokens.Count} tokens: {string.Join(", ", word.Tokens)})";
            ResultTables.PrintLine(
                ControlCharacters.EscapeLine($"  {word.Label}: {word.Word}{tokens}: {Middle(word.Example ?? "no example")}"), indent: 4);
        }
    }

    /// <summary>A long text without its middle, because the word of a filled template is often at its end.</summary>
    private static string Middle(string text) =>
        text.Length <= 2 * ExampleEnd ? text : $"{text[..ExampleEnd].TrimEnd()} … {text[^ExampleEnd..].TrimStart()}";

    private static void PrintFindings(DataCheck check)
    {
        Console.Out.WriteLine();
        foreach (var shared in check.Shared)
            ResultTables.PrintLine($"warning: {Count(shared.Rows)} rows of {shared.Other} have a text that {shared.Train} has too: "
                + shared.Example);
        foreach (var suspicion in check.Suspicious)
        {
            ResultTables.PrintLine($"warning: {suspicion.Kind}: {Count(suspicion.Count)}");
            foreach (var example in suspicion.Examples)
                ResultTables.PrintLine($"  {ControlCharacters.EscapeLine(example)}", indent: 4);
        }

        foreach (var notice in check.Notices)
            ResultTables.PrintLine($"note: {ControlCharacters.EscapeLine(notice)}");
        ResultTables.PrintLine(check.Problem is { } problem ? $"training would fail: {ControlCharacters.EscapeLine(problem)}"
            : "training would start");
    }

    private static void Bars(string title, IReadOnlyList<(string Name, int Count)> bars)
    {
        if (bars.Count == 0)
            return;
        var (names, most) = (Math.Min(24, bars.Max(bar => bar.Name.Length)), bars.Max(bar => bar.Count));
        Console.Out.WriteLine();
        Console.Out.WriteLine(title);
        foreach (var (name, count) in bars)
        {
            var length = most == 0 ? 0 : (int)Math.Ceiling((double)BarWidth * count / most);
            Console.Out.WriteLine($"  {Words.Shorten(name, names).PadRight(names)}  {Count(count),9}  {new string('█', length)}".TrimEnd());
        }
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
