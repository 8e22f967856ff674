using System.Globalization;
using Peft.Training;

namespace Peft.Experiments;

/// <summary>A report's content about a study, independent of the output format.</summary>
/// <param name="Study">The study.</param>
/// <param name="Scores">The study's table: our values beside the paper's.</param>
/// <param name="Figures">The plots.</param>
/// <param name="Tests">The differences between rows, with their tests; null for none.</param>
/// <param name="Facts">Settings, versions and times, by name.</param>
internal sealed record ReportSection(
    Study Study, ReportTable Scores, IReadOnlyList<ReportFigure> Figures, ReportTable? Tests,
    IReadOnlyList<(string Name, string Text)> Facts)
{
    private const int MostValues = 4;

    /// <summary>Settings of a cell that the table's rows and columns already show.</summary>
    private static readonly string[] s_ofCells = ["seed", "method", "task", "data"];

    private static readonly Dictionary<string, string?> s_defaults =
        RunOption.All.ToDictionary(option => option.Name, option => option.Text(new TrainingOptions()));

    /// <summary>A note on runs that are not at the paper's scale; null if all are.</summary>
    public string? Scale { get; private init; }

    /// <summary>Describes the results of a study.</summary>
    /// <param name="results">The results.</param>
    public static ReportSection Create(StudyResults results) => new(
        results.Study, ScoreTable.Create(results), StudyPlots.Draw(results), DifferenceTable.Create(results), [.. ListFacts(results)])
    {
        Scale = Describe(results),
    };

    private static IEnumerable<(string Name, string Text)> ListFacts(StudyResults results)
    {
        var cells = results.Cells;
        yield return ("finished runs", $"{cells.Count}");
        yield return ("seeds", string.Join(", ", cells.Select(cell => cell.Seed).Distinct().Order()));
        yield return ("time", FormattableString.Invariant($"{cells.Sum(cell => cell.Seconds) / 3600:F2} hours, all runs together"));
        yield return ("version", string.Join(", ", cells.Select(cell => $"Peft {cell.Version}").Distinct()));
        foreach (var name in new[] { "torch", "dotnet", "device" })
            yield return (name, string.Join(", ", cells.Select(cell => cell.Run.Environment.GetValueOrDefault(name, "")).Distinct()));
        foreach (var key in cells.SelectMany(cell => cell.Settings.Keys).Distinct().Except(s_ofCells)
            .Where(key => !key.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var values = cells.Select(cell => cell.Settings.GetValueOrDefault(key, "the default")).Distinct().ToList();
            if (values.Any(value => value.Length > 0 && value != s_defaults.GetValueOrDefault(key)))
                yield return (key, values.Count <= MostValues ? string.Join(", ", values) : $"{values.Count} values");
        }
    }

    /// <summary>A note on runs that are not at the paper's scale; null if all are.</summary>
    private static string? Describe(StudyResults results)
    {
        var scales = results.Cells.Select(cell => cell.Settings["scale"]).Distinct().Order(StringComparer.Ordinal).ToList();
        var generated = results.Cells.Any(cell => !cell.Settings.ContainsKey("data"));
        return scales is ["paper"] ? null
            : $"These runs are at the scale {string.Join(" and ", scales)}, with the backbone "
            + $"{string.Join(", ", results.Cells.Select(cell => cell.Settings["backbone"]).Distinct())}"
            + (generated ? " and generated examples under the first column's name" : " and a part of the data")
            + ". Their values and the paper's are not of the same experiment.";
    }
}

/// <summary>A table of a report.</summary>
/// <param name="Header">The headings; the first is that of the rows' names.</param>
/// <param name="Rows">The rows.</param>
internal sealed record ReportTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<ReportCell>> Rows);

/// <summary>A cell of a report's table.</summary>
/// <param name="Text">Our value, or a name.</param>
/// <param name="Paper">The paper's value; null for none.</param>
internal sealed record ReportCell(string Text, string? Paper = null);

/// <summary>A plot of a report.</summary>
/// <param name="FileName">Its file.</param>
/// <param name="Description">A description for readers who cannot see the plot.</param>
/// <param name="Svg">The plot, as SVG that fits any width.</param>
internal sealed record ReportFigure(string FileName, string Description, string Svg);

/// <summary>The scores of a study beside the paper's.</summary>
internal static class ScoreTable
{
    private const string None = "–";

    /// <summary>Makes the table: every row and column of the study, also those without a result.</summary>
    /// <param name="results">The results.</param>
    public static ReportTable Create(StudyResults results)
    {
        var study = results.Study;
        List<string> header = ["method", "tunable"];
        header.AddRange(study.Columns.SelectMany(column => column.Metrics.Select(metric => Heading(study, column, metric))));
        if (study.Columns.Count > 1)
            header.Add("average");
        return new ReportTable(header, [.. study.Rows.Select(row => Row(results, row))]);
    }

    private static string Heading(Study study, StudyColumn column, string metric) =>
        study.Columns.Count == 1 || column.Metrics.Count > 1 ? $"{column.Name} {metric}" : column.Name;

    private static List<ReportCell> Row(StudyResults results, StudyRow row)
    {
        var study = results.Study;
        var any = study.Columns.SelectMany(column => results.Find(row, column)).FirstOrDefault();
        List<ReportCell> cells =
        [
            new(row.Name),
            new(any is null ? None : any.Run.Parameters.Tunable.ToString("N0", CultureInfo.InvariantCulture), row.Size),
        ];
        for (var column = 0; column < study.Columns.Count; column++)
        {
            var of = study.Columns[column];
            for (var index = 0; index < of.Metrics.Count; index++)
            {
                var metric = of.Metrics[index];
                cells.Add(new ReportCell(Mean(metric, results.Values(row, of, metric)), row.PaperValue(column, index)));
            }
        }

        if (study.Columns.Count > 1)
            cells.Add(new ReportCell(
                results.Columns.Count == study.Columns.Count && results.Average(row) is { } average
                    ? average.ToString("F1", CultureInfo.InvariantCulture) : None,
                row.Average));
        return cells;
    }

    /// <summary>A mean, with the sample deviation where there are several seeds.</summary>
    private static string Mean(string metric, IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return None;
        var spread = Spread.Compute([.. values]);
        return MetricText.Format(metric, spread.Mean) + (values.Count > 1 ? $" ± {MetricText.Format(metric, spread.Deviation)}" : "");
    }
}

/// <summary>The paired tests of a study.</summary>
internal static class DifferenceTable
{
    /// <summary>Tests rows against the rows that they name, and against the reference row, column by column.</summary>
    /// <param name="results">The results.</param>
    /// <returns>The table; null where no two rows have predictions of the same rows and seeds.</returns>
    public static ReportTable? Create(StudyResults results)
    {
        var rows = new List<IReadOnlyList<ReportCell>>();
        foreach (var (one, other) in Pairs(results))
        {
            foreach (var column in results.Columns)
            {
                if (Compare(results, one, other, column) is not { } found)
                    continue;
                var names = new ReportCell($"{one.Name} − {other.Name}");
                rows.Add([names, new(column.Name), new(column.AveragedMetric), .. Numbers(column, found)]);
            }
        }

        return rows.Count == 0 ? null
            : new ReportTable(["rows", "column", "metric", "difference", "95% interval", "p", "seeds"], rows);
    }

    /// <summary>Rows that name another, with that one; and the reference row with each of the others.</summary>
    private static IEnumerable<(StudyRow One, StudyRow Other)> Pairs(StudyResults results)
    {
        var rows = results.Study.Rows;
        var named = rows.Where(row => row.Against is not null).Select(row => (row, rows.Single(one => one.Key == row.Against))).ToList();
        return results.Reference is not { } reference ? named
            : named.Concat(rows.Where(row => row != reference).Select(row => (reference, row)));
    }

    private static IEnumerable<ReportCell> Numbers(StudyColumn column, PairedDifference found)
    {
        var scale = MetricText.Scale(column.AveragedMetric);
        yield return new(FormattableString.Invariant($"{found.Difference * scale:+0.0;−0.0;0.0}"));
        yield return new(FormattableString.Invariant($"{found.Low * scale:0.0;−0.0} to {found.High * scale:0.0;−0.0}"));
        yield return new(FormattableString.Invariant($"{found.PValue:F3}"));
        yield return new($"{found.Seeds}");
    }

    private static PairedDifference? Compare(StudyResults results, StudyRow reference, StudyRow row, StudyColumn column)
    {
        var pairs = (from one in results.Find(reference, column)
                     from other in results.Find(row, column)
                     where one.Seed == other.Seed && one.Actual.Count > 0 && one.Actual.SequenceEqual(other.Actual)
                         && one.Predicted.ContainsKey(reference.Shown) && other.Predicted.ContainsKey(row.Shown)
                     select (One: one, Other: other)).ToList();
        return pairs.Count == 0 ? null : PairedBootstrap.Compare(
            column.AveragedMetric, [.. pairs[0].One.Actual], [.. pairs.Select(pair => pair.One.Predicted[reference.Shown].ToArray())],
            [.. pairs.Select(pair => pair.Other.Predicted[row.Shown].ToArray())]);
    }
}
