using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Peft.Experiments;

/// <summary>
/// Figure 5 of the paper: for each column, the distribution of the scores of random routes as a violin, and the merged mixture's score as a
/// point.
/// </summary>
internal static class ViolinPlot
{
    private const double HalfWidth = 0.35;
    private const int Outline = 64, FewestDraws = 2;

    /// <summary>Draws the plot.</summary>
    /// <param name="results">The results of a study that samples routes.</param>
    /// <returns>The plot; null where nothing was sampled.</returns>
    public static PlotModel? Draw(StudyResults results)
    {
        if (results.Study.Distribution is not { } way || results.Reference is not { } row)
            return null;
        var model = SvgFigure.Model("Random routes and the merged mixture");
        var categories = new CategoryAxis();
        var merged = SvgFigure.Points("merged", 1, large: true);
        var draws = SvgFigure.Points("a random draw", 0, large: false);
        var violins = new List<AreaSeries>();
        foreach (var (index, column) in results.Columns.Index())
        {
            categories.Labels.Add(column.Name);
            var cells = results.Find(row, column);
            var scale = MetricText.Scale(column.AveragedMetric);
            var values = cells.SelectMany(cell => cell.Draws(column.AveragedMetric, way)).Select(value => scale * value).Order().ToList();
            if (values.Count == 0)
                continue;
            if (values.Count >= FewestDraws && values[^1] > values[0])
                violins.Add(Violin(index, values, isFirst: violins.Count == 0));
            draws.Points.AddRange(values.Select(value => new ScatterPoint(index, value)));
            merged.Points.Add(new ScatterPoint(index, scale * cells.Average(cell => cell.Metrics[column.AveragedMetric])));
        }

        if (merged.Points.Count == 0)
            return null;
        SvgFigure.AddAxes(model, categories, "score");
        foreach (var series in (Series[])[.. violins, draws, merged])
            model.Series.Add(series);
        return model;
    }

    private static AreaSeries Violin(int at, List<double> sorted, bool isFirst)
    {
        var density = new KernelDensity(sorted);
        var (low, high) = (sorted[0] - density.Bandwidth, sorted[^1] + density.Bandwidth);
        var heights = Enumerable.Range(0, Outline + 1).Select(step => low + ((high - low) * step / Outline)).ToList();
        var widths = heights.Select(density.At).ToList();
        var widest = widths.Max();
        var series = SvgFigure.Area(isFirst ? "random routes" : null, 0);
        foreach (var (height, width) in heights.Zip(widths))
        {
            series.Points.Add(new DataPoint(at - (HalfWidth * width / widest), height));
            series.Points2.Add(new DataPoint(at + (HalfWidth * width / widest), height));
        }

        return series;
    }
}

/// <summary>A density of numbers by Gaussian kernels, with Silverman's bandwidth (Silverman 1986, equation 3.31).</summary>
internal sealed class KernelDensity
{
    private readonly IReadOnlyList<double> _values;

    /// <param name="values">At least two numbers, of which not all are equal.</param>
    public KernelDensity(IReadOnlyList<double> values)
    {
        _values = values;
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var sorted = values.Order().ToList();
        var range = (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 1.34;
        Bandwidth = 0.9 * (range > 0 ? Math.Min(deviation, range) : deviation) * Math.Pow(values.Count, -0.2);
    }

    /// <summary>The standard deviation of a kernel.</summary>
    public double Bandwidth { get; }

    /// <summary>The density at a number.</summary>
    public double At(double number) => _values.Sum(value => Math.Exp(-0.5 * Square((number - value) / Bandwidth)))
        / (_values.Count * Bandwidth * Math.Sqrt(2 * Math.PI));

    private static double Square(double number) => number * number;

    /// <summary>A quantile, interpolated between neighbours.</summary>
    private static double Quantile(List<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 < sorted.Count ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
