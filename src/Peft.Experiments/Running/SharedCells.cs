namespace Peft.Experiments;

/// <summary>
/// Cells that another study of the same folder has already run. Studies share rows, such as AdaMix with the paper's settings, and training
/// such a row again would give the same result.
/// </summary>
internal static class SharedCells
{
    /// <summary>Settings of a cell that do not change its training.</summary>
    private static readonly string[] s_ofEvaluation = ["evaluations", "draws"];

    /// <summary>Copies the results of other studies into a study's cells that have none.</summary>
    /// <param name="plan">The study, whose lock the caller holds.</param>
    /// <param name="report">Receives a line about each copied cell.</param>
    public static void Copy(StudyPlan plan, Action<string> report)
    {
        foreach (var cell in plan.Cells)
        {
            if (Find(plan, cell) is not { } found)
                continue;
            CellFile.Write(cell.Folder, Restrict(found, plan, cell));
            report($"{plan.Study.Name} {cell.Title}: the run of {found.Study}, row {found.Row}, has the same settings; its result is "
                + "copied");
        }
    }

    /// <summary>Finds another study's result for a cell of which nothing is there.</summary>
    /// <param name="plan">The cell's study.</param>
    /// <param name="cell">The cell.</param>
    /// <returns>The other study's result, or null if there is none or the cell needs none.</returns>
    public static CellResult? Find(StudyPlan plan, StudyCell cell) =>
        cell.Open is not null || !Directory.Exists(plan.Request.Output) || CellFile.Read(cell).Status != CellStatus.Missing ? null
        : Directory.EnumerateDirectories(plan.Request.Output)
            .Where(study => study != plan.Folder).Order(StringComparer.Ordinal)
            .SelectMany(study => Directory.EnumerateDirectories(study).Order(StringComparer.Ordinal))
            .Select(row => CellFile.Read(Path.Combine(row, cell.Column.Name, $"seed-{cell.Seed}")).Result)
            .FirstOrDefault(result => result is not null && Fits(result, plan, cell));

    private static bool Fits(CellResult result, StudyPlan plan, StudyCell cell) =>
        result.Format == CellResult.CurrentFormat && result.Version == CellFile.Version
        && result.Settings.Keys.Union(cell.Settings.Keys).Where(key => !s_ofEvaluation.Contains(key)).All(
            key => result.Settings.GetValueOrDefault(key) == cell.Settings.GetValueOrDefault(key))
        && (plan.Study.Evaluations.Count == 0
            || s_ofEvaluation.All(key => result.Settings.GetValueOrDefault(key) == cell.Settings.GetValueOrDefault(key)));

    /// <summary>A result under another study's name, with only that study's evaluations.</summary>
    private static CellResult Restrict(CellResult result, StudyPlan plan, StudyCell cell) => result with
    {
        Study = plan.Study.Name,
        Row = StudyPlan.RunOf(plan.Study, cell.Row).Key,
        Settings = cell.Settings,
        Evaluations = result.Evaluations.Where(pair => plan.Study.Evaluations.Contains(pair.Key)).ToDictionary(),
        Predicted = result.Predicted.Where(pair => pair.Key == CellRunner.Merged || plan.Study.Evaluations.Contains(pair.Key))
            .ToDictionary(),
    };
}
