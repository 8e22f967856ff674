using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>A bar chart on standard output: a bar for each method's metric, from 0 to 100.</summary>
internal static class Bars
{
    private const int Widest = 50;
    private const int Around = 10;

    /// <summary>Prints a bar for each row.</summary>
    public static void Print(IReadOnlyList<ComparisonRow> rows)
    {
        var names = rows.Max(row => row.Method.Length);
        var width = Math.Clamp((Terminal.OutputWidth ?? int.MaxValue) - names - Around, 10, Widest);
        Console.Out.WriteLine();
        foreach (var row in rows)
        {
            var share = Math.Clamp(row.Metrics[row.PrimaryMetric].Mean, 0, 1);
            var filled = (int)Math.Round(share * width);
            var bar = new string('█', filled) + new string('·', width - filled);
            Console.Out.WriteLine($"{row.Method.PadRight(names)}  {bar} {Scores.Share(share)}");
        }
    }
}
