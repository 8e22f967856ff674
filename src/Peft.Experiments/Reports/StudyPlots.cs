using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Peft.Experiments;

/// <summary>The plots of a study.</summary>
internal static class StudyPlots
{
    private const double Jitter = 0.25;
    private const int FewestPoints = 2;

    /// <summary>Draws what the results allow.</summary>
    /// <param name="results">The results.</param>
    public static IReadOnlyList<ReportFigure> Draw(StudyResults results)
    {
        var figures = new List<ReportFigure>();
        var name = results.Study.Name;
        if (Pareto(results) is { } pareto)
            figures.Add(SvgFigure.Draw(pareto, $"{name}-parameters", "Score against tunable parameters; each point is a row."));
        if (Distribution(results) is { } distribution)
            figures.Add(SvgFigure.Draw(
                distribution, $"{name}-distribution", "Scores of random routes as small points, of the merged mixture as a large one."));
        if (Curve(results) is { } curve)
            figures.Add(SvgFigure.Draw(curve, $"{name}-curve", $"Mean score against {results.Study.Curve}."));
        foreach (var column in results.Columns)
        {
            if (Learning(results, column) is { } learning)
                figures.Add(SvgFigure.Draw(
                    learning, $"{name}-learning-{column.Name.ToLowerInvariant()}",
                    $"Development {column.AveragedMetric} of {column.Name} after each epoch; the mean over seeds."));
        }

        return figures;
    }

    /// <summary>The rows that have their own training run and a result.</summary>
    private static List<StudyRow> Trained(StudyResults results) => [.. results.Study.Rows.Where(row => row.Shown.Length == 0
        && StudyPlan.RunOf(results.Study, row) == row && results.Columns.Any(column => results.Find(row, column).Count > 0))];

    private static PlotModel? Pareto(StudyResults results)
    {
        var points = (from row in Trained(results)
                      let any = results.Columns.SelectMany(column => results.Find(row, column)).First()
                      let score = results.Average(row)
                      where score is not null
                      select (Row: row, Score: score, any.Run.Parameters.Tunable)).ToList();
        if (points.Count < FewestPoints)
            return null;
        var model = SvgFigure.Model("Score against tunable parameters");
        SvgFigure.AddAxes(
            model,
            new LogarithmicAxis
            {
                Title = "tunable parameters", MinimumPadding = 0.1, MaximumPadding = 0.1, LabelFormatter = SvgFigure.Count,
            },
            Mean(results));
        for (var index = 0; index < points.Count; index++)
        {
            var series = SvgFigure.Points(points[index].Row.Name, index, large: true);
            series.Points.Add(new ScatterPoint(Math.Max(1, points[index].Tunable), points[index].Score!.Value));
            model.Series.Add(series);
        }

        return model;
    }

    /// <summary>What the mean over columns is called.</summary>
    private static string Mean(StudyResults results) =>
        results.Columns.Count > 1 ? "mean over columns" : $"{results.Columns[0].Name}, {results.Columns[0].AveragedMetric}";

    private static PlotModel? Learning(StudyResults results, StudyColumn column)
    {
        var model = SvgFigure.Model($"{column.Name}: {column.AveragedMetric} after each epoch");
        SvgFigure.AddAxes(
            model,
            new LinearAxis { Title = "epoch", MinimumMajorStep = 1, MinimumPadding = 0.05, MaximumPadding = 0.05, MinorTickSize = 0 },
            column.AveragedMetric);
        var rows = Trained(results);
        for (var index = 0; index < rows.Count; index++)
        {
            var epochs = results.Find(rows[index], column).SelectMany(cell => cell.Run.Epochs)
                .Where(epoch => epoch.Metrics.ContainsKey(column.AveragedMetric)).GroupBy(epoch => epoch.Epoch).OrderBy(group => group.Key)
                .Select(group => new DataPoint(
                    group.Key, MetricText.Scale(column.AveragedMetric) * group.Average(epoch => epoch.Metrics[column.AveragedMetric])))
                .ToList();
            if (epochs.Count < FewestPoints)
                continue;
            var series = SvgFigure.Line(rows[index].Name, index);
            series.Points.AddRange(epochs);
            model.Series.Add(series);
        }

        return model.Series.Count > 0 ? model : null;
    }

    private static PlotModel? Curve(StudyResults results)
    {
        var rows = results.Study.Rows.Where(row => row.X is not null && results.Average(row) is not null).ToList();
        if (results.Study.Curve is not { } what || rows.Count < FewestPoints)
            return null;
        var model = SvgFigure.Model($"Score against {what}");
        SvgFigure.AddAxes(
            model, new LogarithmicAxis { Base = 2, Title = what, MinimumPadding = 0.1, MaximumPadding = 0.1, MinorTickSize = 0 },
            Mean(results));
        foreach (var (index, group) in rows.GroupBy(row => row.Series).Index())
        {
            var series = SvgFigure.Line(group.Key.Length > 0 ? group.Key : null, index);
            series.Points.AddRange(group.OrderBy(row => row.X).Select(row => new DataPoint(row.X!.Value, results.Average(row)!.Value)));
            model.Series.Add(series);
        }

        return model;
    }

    /// <summary>Figure 5 of the paper: scores of random routes, and the merged mixture's.</summary>
    private static PlotModel? Distribution(StudyResults results)
    {
        if (results.Study.Distribution is not { } way || results.Reference is not { } row)
            return null;
        var model = SvgFigure.Model("Random routes and the merged mixture");
        var categories = new CategoryAxis();
        var (draws, merged) = (SvgFigure.Points("a random draw", 0, large: false), SvgFigure.Points("merged", 1, large: true));
        foreach (var (index, column) in results.Columns.Index())
        {
            categories.Labels.Add(column.Name);
            var cells = results.Find(row, column);
            var values = cells.SelectMany(cell => cell.Draws(column.AveragedMetric, way)).ToList();
            var scale = MetricText.Scale(column.AveragedMetric);
            for (var draw = 0; draw < values.Count; draw++)
            {
                var shift = values.Count < 2 ? 0 : Jitter * ((2.0 * draw / (values.Count - 1)) - 1);
                draws.Points.Add(new ScatterPoint(index + shift, scale * values[draw]));
            }

            if (values.Count > 0)
                merged.Points.Add(new ScatterPoint(index, scale * cells.Average(cell => cell.Metrics[column.AveragedMetric])));
        }

        if (draws.Points.Count == 0)
            return null;
        SvgFigure.AddAxes(model, categories, "score");
        model.Series.Add(draws);
        model.Series.Add(merged);
        return model;
    }
}
