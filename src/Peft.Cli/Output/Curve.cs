namespace Peft.Cli.Output;

/// <summary>A curve drawn with Unicode blocks.</summary>
internal static class Curve
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";
    private const int Eighths = 8;

    /// <summary>Draws values as columns, the lowest as one eighth of a block and the highest as full height.</summary>
    /// <param name="values">The values, at least one, finite.</param>
    /// <param name="width">The most columns; more values than that are averaged.</param>
    /// <param name="height">Rows.</param>
    /// <returns>The rows, from the top.</returns>
    public static IReadOnlyList<string> Draw(IReadOnlyList<double> values, int width, int height)
    {
        var points = Resample(values, width);
        var (low, high) = (points.Min(), points.Max());
        var levels = points.Select(point => high > low
            ? 1 + (int)Math.Round((point - low) / (high - low) * (height * Eighths - 1)) : (height * Eighths + 1) / 2).ToArray();
        return
        [
            .. Enumerable.Range(0, height).Reverse().Select(row => string.Concat(
                levels.Select(level => Blocks[Math.Clamp(level - row * Eighths, 0, Eighths)]))),
        ];
    }

    /// <summary>Averages neighbours where there are more values than columns; repeats values where a few would be hard to see.</summary>
    private static double[] Resample(IReadOnlyList<double> values, int width)
    {
        if (values.Count > width)
        {
            return
            [
                .. Enumerable.Range(0, width).Select(column =>
                {
                    var (first, end) = (column * values.Count / width, (column + 1) * values.Count / width);
                    return values.Skip(first).Take(Math.Max(1, end - first)).Average();
                }),
            ];
        }

        var times = Math.Clamp(width / values.Count, 1, 3);
        return [.. values.SelectMany(value => Enumerable.Repeat(value, times))];
    }
}
