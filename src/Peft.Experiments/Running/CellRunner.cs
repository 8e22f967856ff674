using System.Diagnostics;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Experiments;

/// <summary>Trains and evaluates a cell.</summary>
/// <param name="tuner">Executes runs.</param>
/// <param name="methods">The known methods.</param>
/// <param name="tasks">The known tasks.</param>
/// <param name="backbones">The known families of backbones.</param>
internal sealed class CellRunner(FineTuner tuner, MethodRegistry methods, TaskRegistry tasks, BackboneRegistry backbones)
{
    /// <summary>The most development rows whose predictions are kept.</summary>
    public const int MostPredictions = 10_000;

    /// <summary>The way of inference of the merged mixture, and of other methods, among a cell's predictions.</summary>
    public const string Merged = "";

    private const int DecodedAtATime = 16, SnapshotEvery = 500;
    private const string RunName = "run";

    /// <summary>Runs a cell.</summary>
    /// <param name="plan">The study's plan.</param>
    /// <param name="cell">A cell that is not open.</param>
    /// <param name="observer">Receives progress.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    /// <returns>The result, not yet written; null if the run was stopped.</returns>
    public CellResult? Run(StudyPlan plan, StudyCell cell, ITrainingObserver observer, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var options = plan.Request.Scale == StudyScale.Paper ? Resumable(cell) : cell.Options!;
        using var trained = HasRun(cell)
            ? TrainedModel.Load(RunFolder(cell), methods, options.Device, tasks: tasks, backbones: backbones, cancellation: cancellation)
            : tuner.Train(tasks.Find(options.Task), options, observer, cancellation);
        if (trained.Result.Cancelled)
            return null;
        var isGeneration = trained.Task.Head is TaskHead.LanguageModel;
        var metrics = trained.Result.Metrics.Concat(isGeneration ? Decode(plan, trained, observer, cancellation) : []).ToDictionary();
        var rows = isGeneration ? new Evaluations([], [], []) : Evaluate(plan, trained, cancellation);
        return new CellResult
        {
            Format = CellResult.CurrentFormat,
            Version = CellFile.Version,
            Study = plan.Study.Name,
            Row = StudyPlan.RunOf(plan.Study, cell.Row).Key,
            Column = cell.Column.Name,
            Seed = cell.Seed,
            Settings = cell.Settings,
            Run = plan.Portable(trained.Result),
            Metrics = metrics,
            Evaluations = rows.Metrics,
            Predicted = rows.Predicted,
            Actual = rows.Actual,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    /// <summary>Removes the snapshots of a cell whose result is written.</summary>
    /// <param name="cell">The cell.</param>
    public static void Clean(StudyCell cell)
    {
        if (Directory.Exists(Snapshots(cell)))
            Directory.Delete(Snapshots(cell), recursive: true);
    }

    /// <summary>The folder of a cell's run, if the run keeps snapshots or was trained on another machine.</summary>
    /// <param name="cell">The cell.</param>
    public static string RunFolder(StudyCell cell) => Path.Combine(cell.Folder, RunName);

    /// <summary>Whether a cell's run is finished, so that it is only evaluated.</summary>
    /// <param name="cell">A cell that is not open.</param>
    public static bool HasRun(StudyCell cell) => StoredRuns.IsFinished(cell.Options! with { Output = RunFolder(cell) });

    private static string Snapshots(StudyCell cell) => Path.Combine(RunFolder(cell), RunSnapshots.FolderName);

    /// <summary>A long run keeps snapshots in the cell's folder, from which it continues.</summary>
    private static TrainingOptions Resumable(StudyCell cell)
    {
        var (folder, snapshots) = (RunFolder(cell), Snapshots(cell));
        var has = Directory.Exists(snapshots) && Directory.EnumerateFileSystemEntries(snapshots).Any();
        return cell.Options! with { Output = folder, SnapshotEvery = SnapshotEvery, KeepSnapshots = 1, Resume = has, Overwrite = !has };
    }

    /// <summary>The metrics and predictions of the development rows for every way of inference of the study.</summary>
    private static Evaluations Evaluate(StudyPlan plan, TrainedModel trained, CancellationToken cancellation)
    {
        var session = trained.OpenSession();
        var found = new Evaluations([], [], []);
        session.Evaluate(0, 0);
        if ((session as ClassificationSession)?.Rows is { } rows && rows.Actual.Length <= MostPredictions)
        {
            found.Actual.AddRange(rows.Actual);
            found.Predicted[Merged] = rows.Predicted;
        }

        if (trained.Model.Adapter?.Router is not { } router)
            return found;
        foreach (var way in plan.Study.Evaluations)
        {
            (router.Inference, router.RandomUnit) = Parse(way);
            router.State = (ulong)trained.Result.Settings.Seed; // the same draws whether the run was trained here or loaded
            var draws = new List<IReadOnlyDictionary<string, double>>();
            for (var draw = 0; draw < (router.Inference == MixtureInference.Random ? plan.Draws() : 1); draw++)
            {
                cancellation.ThrowIfCancellationRequested();
                draws.Add(session.Evaluate(0, 0).Metrics);
            }

            found.Metrics[way] = draws;
            if (found.Actual.Count > 0 && draws.Count == 1)
                found.Predicted[way] = ((ClassificationSession)session).Rows!.Value.Predicted;
        }

        return found;
    }

    /// <summary>Parses a way of inference, such as <c>fixed</c> or <c>random-token</c>.</summary>
    private static (MixtureInference Inference, RouteUnit Unit) Parse(string way)
    {
        var parts = way.Split('-');
        return (Enum.Parse<MixtureInference>(parts[0], ignoreCase: true),
            parts.Length > 1 ? Enum.Parse<RouteUnit>(parts[1], ignoreCase: true) : RouteUnit.Batch);
    }

    private static IReadOnlyDictionary<string, double> Decode(
        StudyPlan plan, TrainedModel trained, ITrainingObserver observer, CancellationToken cancellation)
    {
        var settings = trained.Result.Settings;
        var set = GenerationTasks.Load(trained.Result.Task, settings.Data, GenerationSplit.Test);
        if (ScaleOptions.Contexts(plan.Request.Scale) is > 0 and var most)
            set = new GenerationSet(set.File, [.. set.Unique().Take(most)]);
        return trained.Contexts.Decode(set, options: null, DecodedAtATime, observer.Decoded, cancellation).Score(observer.Noted);
    }

    private sealed record Evaluations(
        Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, double>>> Metrics, Dictionary<string, IReadOnlyList<float>> Predicted,
        List<float> Actual);
}
