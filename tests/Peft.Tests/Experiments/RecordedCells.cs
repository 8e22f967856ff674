using Peft.Experiments;
using Peft.Training;

namespace Peft.Tests.Experiments;

/// <summary>Writes results of cells as a run would have.</summary>
internal static class RecordedCells
{
    /// <summary>The plan of a study's columns RTE and CoLA.</summary>
    public static StudyPlan Plan(string study, string folder, params int[] seeds) => StudyPlan.Create(
        StudyCatalog.Find(study)[0],
        new StudyRequest { Output = folder, IsWithoutData = true, Columns = ["RTE", "CoLA"], Seeds = seeds });

    /// <summary>Writes the result of a cell whose metrics have this value.</summary>
    public static void Write(StudyCell cell, double score, float[]? predicted = null, string? version = null, long? tunable = null)
    {
        var metrics = new Dictionary<string, double> { ["accuracy"] = score, ["matthews"] = score };
        var draws = Enumerable.Range(0, 5).Select(draw => (IReadOnlyDictionary<string, double>)metrics.ToDictionary(
            pair => pair.Key, pair => pair.Value - (0.01 * draw))).ToList();
        CellFile.Write(cell.Folder, new CellResult
        {
            Format = CellResult.CurrentFormat,
            Version = version ?? CellFile.Version,
            Study = "study",
            Row = cell.Row.Key,
            Column = cell.Column.Name,
            Seed = cell.Seed,
            Settings = cell.Settings,
            Run = Run(cell, metrics, tunable ?? (1000 * cell.Row.Key.Length)),
            Metrics = metrics,
            Evaluations = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, double>>> { ["random"] = draws },
            Predicted = new Dictionary<string, IReadOnlyList<float>> { [""] = predicted ?? [1, 0, 1, 0] },
            Actual = [1, 0, 1, 0],
            Seconds = 36,
        });
    }

    private static RunResult Run(StudyCell cell, Dictionary<string, double> metrics, long tunable) => new()
    {
        Method = cell.Options!.Method,
        Task = cell.Options.Task,
        Seed = cell.Seed,
        Settings = cell.Options,
        TrainRows = 100,
        DevRows = 4,
        Files = [],
        Parameters = new ParameterCounts(tunable, 4000, 10, 100_000),
        Metrics = metrics,
        PrimaryMetric = "accuracy",
        Epochs =
        [
            .. Enumerable.Range(1, 3).Select(epoch => new EpochResult(
                epoch, 1.0 / epoch, metrics.ToDictionary(pair => pair.Key, pair => pair.Value * epoch / 3), epoch)
            {
                ExpertSimilarity = cell.Options.Method.StartsWith("adamix", StringComparison.Ordinal) ? 1.0 / epoch : null,
            }),
        ],
        SelectedEpoch = 3,
        Steps = 30,
        Seconds = 30,
        PeakBytes = 1,
        Cancelled = false,
        Ended = DateTimeOffset.UnixEpoch,
        Environment = new Dictionary<string, string> { ["torch"] = "2.10.0", ["dotnet"] = "10.0", ["device"] = "cpu" },
    };
}
