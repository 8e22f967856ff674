using OxyPlot;
using OxyPlot.Axes;
using Peft.Training;

namespace Peft.Experiments;

/// <summary>Plots of what changes during training: a line for each row, the mean over seeds.</summary>
internal static class EpochPlots
{
    private const int FewestPoints = 2;

    /// <summary>The development metric after each epoch.</summary>
    /// <param name="results">The results.</param>
    /// <param name="column">The column.</param>
    /// <param name="rows">The rows with runs of their own.</param>
    /// <returns>The plot; null where no run has two epochs.</returns>
    public static PlotModel? Metric(StudyResults results, StudyColumn column, IReadOnlyList<StudyRow> rows)
    {
        var metric = column.AveragedMetric;
        return Draw(
            $"{column.Name}: {metric} after each epoch", metric, results, column, rows,
            epoch => epoch.Metrics.TryGetValue(metric, out var value) ? MetricText.Scale(metric) * value : null);
    }

    /// <summary>How alike the experts of mixtures are after each epoch.</summary>
    /// <param name="results">The results.</param>
    /// <param name="column">The column.</param>
    /// <param name="rows">The rows with runs of their own.</param>
    /// <returns>The plot; null where no mixture has two epochs.</returns>
    public static PlotModel? Similarity(StudyResults results, StudyColumn column, IReadOnlyList<StudyRow> rows) => Draw(
        $"{column.Name}: similarity of experts", "cosine similarity", results, column, rows, epoch => epoch.ExpertSimilarity);

    private static PlotModel? Draw(
        string title, string up, StudyResults results, StudyColumn column, IReadOnlyList<StudyRow> rows, Func<EpochResult, double?> value)
    {
        var model = SvgFigure.Model(title);
        SvgFigure.AddAxes(
            model,
            new LinearAxis { Title = "epoch", MinimumMajorStep = 1, MinimumPadding = 0.05, MaximumPadding = 0.05, MinorTickSize = 0 }, up);
        foreach (var (index, row) in rows.Index())
        {
            var points = results.Find(row, column).SelectMany(cell => cell.Run.Epochs).Where(epoch => value(epoch) is not null)
                .GroupBy(epoch => epoch.Epoch).OrderBy(group => group.Key)
                .Select(group => new DataPoint(group.Key, group.Average(epoch => value(epoch)!.Value))).ToList();
            if (points.Count < FewestPoints)
                continue;
            var series = SvgFigure.Line(row.Name, index);
            series.Points.AddRange(points);
            model.Series.Add(series);
        }

        return model.Series.Count > 0 ? model : null;
    }
}
