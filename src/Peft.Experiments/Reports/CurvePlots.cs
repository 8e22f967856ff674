using OxyPlot;
using OxyPlot.Series;
using Peft.Training;

namespace Peft.Experiments;

/// <summary>Plots of scores against a number that rows differ in, such as epochs or experts: one for each column.</summary>
internal static class CurvePlots
{
    private const int FewestPoints = 2;

    /// <summary>Draws a curve of a study.</summary>
    /// <param name="results">The results.</param>
    /// <param name="curve">The curve.</param>
    /// <param name="column">The column.</param>
    /// <returns>The plot; null where no line has two points.</returns>
    public static PlotModel? Draw(StudyResults results, StudyCurve curve, StudyColumn column)
    {
        var lines = curve.Lines.Select(line => (Name: line.Key, Points: Points(results, line.Value, column))).ToList();
        if (lines.All(line => line.Points.Count < FewestPoints))
            return null;
        var model = SvgFigure.Model($"{column.Name}: {column.AveragedMetric} against {curve.Across}");
        double[] values = [.. lines.SelectMany(line => line.Points).Select(point => point.X).Distinct().Order()];
        SvgFigure.AddAxes(
            model, new ValuesAxis(values) { Title = curve.Across, MinimumPadding = 0.1, MaximumPadding = 0.1 }, column.AveragedMetric);
        foreach (var (index, line) in lines.Index())
        {
            foreach (var (x, score) in line.Points.Where(point => point.Score.Deviation > 0))
                model.Series.Add(Whisker(x, score, index));
            var series = SvgFigure.Line(line.Name, index);
            series.Points.AddRange(line.Points.Select(point => new DataPoint(point.X, point.Score.Mean)));
            model.Series.Add(series);
        }

        return model;
    }

    /// <summary>The mean and sample deviation over seeds, from 0 to 100, of each row that has a result.</summary>
    private static List<(double X, Spread Score)> Points(StudyResults results, Dictionary<string, double> line, StudyColumn column)
    {
        var metric = column.AveragedMetric;
        return [.. from row in results.Study.Rows
                   where line.ContainsKey(row.Key)
                   let values = results.Values(row, column, metric).Select(value => value * MetricText.Scale(metric)).ToArray()
                   where values.Length > 0
                   orderby line[row.Key]
                   select (line[row.Key], Spread.Compute(values))];
    }

    private static LineSeries Whisker(double x, Spread score, int index)
    {
        var series = SvgFigure.Line(null, index);
        (series.MarkerType, series.StrokeThickness) = (MarkerType.None, 1);
        series.Points.AddRange([new(x, score.Mean - score.Deviation), new(x, score.Mean + score.Deviation)]);
        return series;
    }
}
