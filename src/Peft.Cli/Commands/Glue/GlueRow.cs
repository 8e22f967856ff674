using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>A method's scores on GLUE's tasks.</summary>
/// <param name="Method">The method.</param>
/// <param name="Backbone">The backbone.</param>
/// <param name="Scores">The mean score of each task over its runs, by the task's name, as fractions.</param>
/// <param name="Runs">The number of runs of each task.</param>
/// <param name="Average">The mean over tasks; null unless all eight have runs.</param>
internal sealed record GlueRow(
    string Method, string Backbone, IReadOnlyDictionary<string, double> Scores, IReadOnlyDictionary<string, int> Runs, double? Average)
{
    private const int Deepest = 3;

    /// <summary>Reads the results of runs and groups them by method and backbone.</summary>
    /// <param name="folders">Folders of runs, or folders that hold such folders.</param>
    /// <param name="convention">Which metrics are taken.</param>
    /// <exception cref="UsageException">No run of a GLUE task was found.</exception>
    /// <exception cref="RunFolderException">A result cannot be read.</exception>
    public static IReadOnlyList<GlueRow> Collect(IReadOnlyList<string> folders, GlueConvention convention)
    {
        var results = folders.SelectMany(folder => Find(folder, Deepest) is { Count: > 0 } found
            ? found : throw new UsageException($"{folder}: holds no run; expected a folder that `peft train --output` wrote, or one that "
            + "holds such folders.")).Select(RunResult.Read).Where(result => TaskOf(result) is not null).ToList();
        if (results.Count == 0)
            throw new UsageException($"{folders[0]}: holds no run of a GLUE task "
                + $"({string.Join(", ", GlueScores.Tasks.Select(task => task.Name))}).");
        return
        [
            .. results.GroupBy(result => (result.Method, result.Settings.Backbone)).Select(group =>
            {
                var byTask = group.GroupBy(result => TaskOf(result)!.Name).ToDictionary(
                    runs => runs.Key,
                    runs => runs.Select(run => GlueScores.Score(TaskOf(run)!, run.Metrics, convention)).OfType<double>().ToList());
                var scores = byTask.Where(pair => pair.Value.Count > 0).ToDictionary(pair => pair.Key, pair => pair.Value.Average());
                return new GlueRow(
                    group.Key.Method, group.Key.Backbone, scores, scores.Keys.ToDictionary(task => task, task => byTask[task].Count),
                    GlueScores.Average(scores));
            }),
        ];
    }

    /// <summary>Prints rows as a table.</summary>
    public static void Print(IReadOnlyList<GlueRow> rows)
    {
        ResultTables.Print(
            [
                new Column("method", Shortest: 10), new Column("backbone", Shortest: 8),
                .. GlueScores.Tasks.Select(task => new Column(task.DisplayName, IsNumber: true)), new Column("avg", IsNumber: true),
            ],
            [
                .. rows.Select(row => (string[])
                [
                    row.Method, row.Backbone,
                    .. GlueScores.Tasks.Select(task => row.Scores.TryGetValue(task.Name, out var score) ? Output.Scores.Share(score) : ""),
                    row.Average is { } average ? Output.Scores.Share(average) : "",
                ]),
            ]);
        ResultTables.PrintLine(
            $"scores from 0 to 100 on development rows, means over {Counts(rows)}; the average needs all eight tasks");
    }

    private static string Counts(IReadOnlyList<GlueRow> rows)
    {
        var counts = rows.SelectMany(row => row.Runs.Values).Distinct().Order().ToList();
        return counts.Count == 1 ? $"{counts[0]} {(counts[0] == 1 ? "run" : "runs")}" : $"{counts[0]} to {counts[^1]} runs";
    }

    private static TaskDefinition? TaskOf(RunResult result) => GlueScores.Tasks.FirstOrDefault(task => task.Name == result.Task);

    private static List<string> Find(string folder, int depth)
    {
        if (File.Exists(Path.Combine(folder, RunResult.FileName)))
            return [folder];
        return depth == 0 || !Directory.Exists(folder)
            ? [] : [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(inner => Find(inner, depth - 1))];
    }
}
