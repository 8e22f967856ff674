using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Peft.Experiments;

/// <summary>The plots of a study.</summary>
internal static class StudyPlots
{
    private const int FewestPoints = 2;

    /// <summary>Draws what the results allow.</summary>
    /// <param name="results">The results.</param>
    public static IReadOnlyList<ReportFigure> Draw(StudyResults results)
    {
        var figures = new List<ReportFigure>();
        var name = results.Study.Name;
        if (Pareto(results) is { } pareto)
            figures.Add(SvgFigure.Draw(
                pareto, $"{name}-parameters",
                "Score against tunable parameters; each point is a row. A dashed line is a row whose head alone is trained."));
        if (ViolinPlot.Draw(results) is { } violins)
            figures.Add(SvgFigure.Draw(
                violins, $"{name}-distribution",
                "Scores of random routes as violins and small points, of the merged mixture as a large point."));
        var keys = results.Study.LearningCurves;
        List<StudyRow> learning = [.. Trained(results).Where(row => keys.Count == 0 || keys.Contains(row.Key))];
        foreach (var column in results.Columns)
        {
            foreach (var (index, curve) in results.Study.Curves.Index())
            {
                if (CurvePlots.Draw(results, curve, column) is { } plot)
                    figures.Add(SvgFigure.Draw(
                        plot, $"{name}-curve-{index + 1}-{column.Name.ToLowerInvariant()}",
                        $"{column.Name} against {curve.Across}: the mean over seeds; bars are the sample deviation."));
            }

            if (EpochPlots.Metric(results, column, learning) is { } metric)
                figures.Add(SvgFigure.Draw(
                    metric, $"{name}-learning-{column.Name.ToLowerInvariant()}",
                    $"Development {column.AveragedMetric} of {column.Name} after each epoch; the mean over seeds."));
            if (EpochPlots.Similarity(results, column, learning) is { } similarity)
                figures.Add(SvgFigure.Draw(
                    similarity, $"{name}-similarity-{column.Name.ToLowerInvariant()}",
                    $"Cosine similarity of the experts' weights on {column.Name} after each epoch; 1: all experts are equal."));
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
        if (points.Where(point => point.Tunable > 0).DistinctBy(point => point.Tunable).Count() < FewestPoints)
            return null;
        var model = SvgFigure.Model("Score against tunable parameters");
        SvgFigure.AddAxes(
            model,
            new LogarithmicAxis
            {
                Title = "tunable parameters", MinimumPadding = 0.1, MaximumPadding = 0.1, LabelFormatter = SvgFigure.Count,
            },
            Mean(results));
        var fewest = points.Where(point => point.Tunable > 0).Min(point => point.Tunable);
        foreach (var (index, point) in points.Index())
        {
            var isLevel = point.Tunable == 0;
            if (isLevel)
                model.Annotations.Add(SvgFigure.Level(point.Row.Name, point.Score!.Value));
            var series = SvgFigure.Points(isLevel ? null : point.Row.Name, index, large: true);
            if (isLevel)
                series.MarkerType = MarkerType.None; // invisible, so that the vertical axis includes the line
            series.Points.Add(new ScatterPoint(isLevel ? fewest : point.Tunable, point.Score!.Value));
            model.Series.Add(series);
        }

        return model;
    }

    /// <summary>The label of the mean over columns.</summary>
    private static string Mean(StudyResults results) =>
        results.Columns.Count > 1 ? "mean over columns" : $"{results.Columns[0].Name}, {results.Columns[0].AveragedMetric}";
}
