namespace Peft.Experiments;

/// <summary>The finished cells of a study.</summary>
/// <param name="Study">The study.</param>
/// <param name="Cells">The results.</param>
internal sealed record StudyResults(Study Study, IReadOnlyList<CellResult> Cells)
{
    /// <summary>Reads the finished cells below a folder.</summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">The folder of all studies.</param>
    public static StudyResults Read(Study study, string folder)
    {
        var own = Path.Combine(folder, study.Name);
        var cells = !Directory.Exists(own) ? [] : Directory.EnumerateFiles(own, CellFile.Name, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(file => CellFile.Read(Path.GetDirectoryName(file)!).Result).OfType<CellResult>()
            .Where(cell => cell.Format == CellResult.CurrentFormat).ToList();
        return new StudyResults(study, cells);
    }

    /// <summary>The columns that have a result.</summary>
    public IReadOnlyList<StudyColumn> Columns { get; } =
        [.. Study.Columns.Where(column => Cells.Any(cell => cell.Column == column.Name))];

    /// <summary>The results of a row's training runs on a column, by seed.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    public IReadOnlyList<CellResult> Find(StudyRow row, StudyColumn column)
    {
        var key = StudyPlan.RunOf(Study, row).Key;
        return [.. Cells.Where(cell => cell.Row == key && cell.Column == column.Name).OrderBy(cell => cell.Seed)];
    }

    /// <summary>The values of a metric over the seeds; empty where there is none.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <param name="metric">The metric.</param>
    public IReadOnlyList<double> Values(StudyRow row, StudyColumn column, string metric) =>
        [.. Find(row, column).Select(cell => cell.Value(metric, row.Shown)).OfType<double>()];

    /// <summary>The mean over columns of the averaged metric, from 0 to 100; null unless every column has it.</summary>
    /// <param name="row">The row.</param>
    public double? Average(StudyRow row)
    {
        var means = Columns.Select(column => Values(row, column, column.AveragedMetric)).ToList();
        return means.Count > 0 && means.All(values => values.Count > 0)
            ? means.Zip(Columns, (values, column) => values.Average() * MetricText.Scale(column.AveragedMetric)).Average() : null;
    }

    /// <summary>The row that others are tested against; null where it has no result.</summary>
    public StudyRow? Reference => Study.Rows.FirstOrDefault(row => row.IsReference && Columns.Any(column => Find(row, column).Count > 0));
}
