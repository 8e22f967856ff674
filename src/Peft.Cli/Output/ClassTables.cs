using System.Globalization;
using Peft.Data;

namespace Peft.Cli.Output;

/// <summary>The results for each class, as tables on standard output.</summary>
internal static class ClassTables
{
    private const int MostClasses = 20, MostConfused = 3, NameWidth = 24;

    /// <summary>Prints precision, recall and F1 of each class, the confusion matrix, and the worst confusions.</summary>
    /// <param name="report">The classes.</param>
    /// <param name="all">Where all classes are, if there are too many to print.</param>
    public static void Print(ClassReport report, string all = "result.json")
    {
        var shown = report.Classes.Count <= MostClasses ? report.Classes : [.. report.Classes.OrderBy(one => one.F1).Take(MostClasses)];
        Console.Out.WriteLine();
        if (shown.Count < report.Classes.Count)
            ResultTables.PrintLine($"the {shown.Count} of {report.Classes.Count} classes with the lowest F1; {all} has all");
        ResultTables.Print(
            [
                new Column("class", Shortest: 10), .. ((string[])["precision", "recall", "f1", "rows"]).Select(
                    name => new Column(name, IsNumber: true)),
            ],
            [
                .. shown.Select(one => (string[])
                [
                    Name(one.Label), Scores.Share(one.Precision), Scores.Share(one.Recall), Scores.Share(one.F1), Count(one.Rows),
                ]),
            ]);
        if (report.Confusion is { } matrix && matrix.Count <= MostClasses)
            PrintMatrix(report, matrix);
        if (report.Confusions.Count > 0)
            Console.Out.WriteLine();
        foreach (var worst in report.Confusions.Take(MostConfused))
            ResultTables.PrintLine($"{Count(worst.Rows)} of '{Name(worst.Label)}' were predicted as '{Name(worst.Predicted)}'");
    }

    /// <summary>Rows are the classes, columns the predictions, numbered in the order of the rows.</summary>
    private static void PrintMatrix(ClassReport report, IReadOnlyList<IReadOnlyList<int>> matrix)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine("rows of each class by the class that was predicted:");
        ResultTables.Print(
            [
                new Column("class", Shortest: 10),
                .. Enumerable.Range(1, matrix.Count).Select(number => new Column(Count(number), IsNumber: true)),
            ],
            [
                .. matrix.Select((row, index) => (string[])
                    [$"{index + 1} {Name(report.Classes[index].Label)}", .. row.Select(count => count == 0 ? "." : Count(count))]),
            ]);
    }

    private static string Name(string label) => Words.Shorten(ControlCharacters.EscapeLine(label), NameWidth);

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
