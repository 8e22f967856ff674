using Peft.Training;

namespace Peft.Experiments;

/// <summary>The outcome of a study's cells.</summary>
/// <param name="Finished">Cells that have a result, of this call or an earlier one.</param>
/// <param name="Run">Cells that this call ran.</param>
/// <param name="Open">Cells that the project cannot run.</param>
/// <param name="Failed">Cells that failed.</param>
/// <param name="Busy">Cells that another process is running.</param>
/// <param name="Cancelled">Whether the call was stopped.</param>
internal sealed record StudyOutcome(int Finished, int Run, int Open, int Failed, int Busy, bool Cancelled);

/// <summary>How an attempt at a cell ended.</summary>
internal enum CellEnd
{
    /// <summary>With a result.</summary>
    Finished,

    /// <summary>With an error, which was reported.</summary>
    Failed,

    /// <summary>Another process runs the cell, or has just finished it.</summary>
    Busy,

    /// <summary>Before its end, because the call was stopped.</summary>
    Stopped,
}

/// <summary>Runs the cells of a study that have no result yet.</summary>
/// <param name="runner">Runs a cell.</param>
/// <param name="report">Receives a line about each cell.</param>
internal sealed class StudyRunner(CellRunner runner, Action<string> report)
{
    /// <summary>Runs a study in this process. The study's folder is locked.</summary>
    /// <param name="plan">The study.</param>
    /// <param name="observer">Receives the progress of each run.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    /// <exception cref="StudySettingsException">A result is of another version or of other settings; nothing was run.</exception>
    /// <exception cref="RunFolderInUseException">Another process runs the study.</exception>
    public StudyOutcome Run(StudyPlan plan, ITrainingObserver observer, CancellationToken cancellation)
    {
        Check(plan);
        using var held = Hold(plan);
        return RunCells(plan, observer, cancellation);
    }

    /// <summary>
    /// Runs the cells that no other process runs. A worker of <see cref="StudyProcesses"/> calls this without the study's lock.
    /// </summary>
    /// <param name="plan">The study.</param>
    /// <param name="observer">Receives the progress of each run.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    public StudyOutcome RunCells(StudyPlan plan, ITrainingObserver observer, CancellationToken cancellation)
    {
        var (ends, number) = (new List<CellEnd>(), 0);
        foreach (var cell in plan.Cells)
        {
            number++;
            if (cell.Open is not null || cancellation.IsCancellationRequested || CellFile.Read(cell).Status == CellStatus.Finished)
                continue;
            var name = $"{plan.Study.Name} [{number}/{plan.Cells.Count}] {cell.Title}";
            ends.Add(Try(plan, cell, name, observer, cancellation));
        }

        return Count(plan) with
        {
            Run = ends.Count(end => end == CellEnd.Finished), Failed = ends.Count(end => end == CellEnd.Failed),
            Busy = ends.Count(end => end == CellEnd.Busy), Cancelled = cancellation.IsCancellationRequested,
        };
    }

    /// <summary>Locks a study's folder, and copies the results that other studies have of its cells.</summary>
    /// <param name="plan">The study.</param>
    /// <exception cref="RunFolderInUseException">Another process runs the study.</exception>
    public IDisposable Hold(StudyPlan plan)
    {
        Directory.CreateDirectory(plan.Folder);
        var held = RunFolderLock.Take(plan.Folder);
        try
        {
            SharedCells.Copy(plan, report);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Checks that every result that is there fits the plan.</summary>
    /// <param name="plan">The study.</param>
    /// <exception cref="StudySettingsException">A result is of another version or of other settings.</exception>
    public static void Check(StudyPlan plan)
    {
        foreach (var cell in plan.Cells.Where(cell => cell.Open is null))
            CellFile.Read(cell);
    }

    /// <summary>The cells that have neither a result nor a finished run.</summary>
    /// <param name="plan">The study.</param>
    public static IEnumerable<StudyCell> Untrained(StudyPlan plan) => plan.Cells.Where(
        cell => cell.Open is null && CellFile.Read(cell).Status != CellStatus.Finished && !CellRunner.HasRun(cell));

    /// <summary>Counts the cells by what is in their folders.</summary>
    /// <param name="plan">The study.</param>
    public static StudyOutcome Count(StudyPlan plan)
    {
        var (open, runnable) = (plan.Cells.Count(cell => cell.Open is not null), plan.Cells.Where(cell => cell.Open is null).ToList());
        return new StudyOutcome(runnable.Count(cell => CellFile.Read(cell).Status == CellStatus.Finished), 0, open, 0, 0, false);
    }

    private CellEnd Try(StudyPlan plan, StudyCell cell, string name, ITrainingObserver observer, CancellationToken cancellation)
    {
        var status = CellFile.Read(cell).Status;
        Directory.CreateDirectory(cell.Folder);
        try
        {
            using var held = RunFolderLock.Take(cell.Folder);
            if (CellFile.Read(cell).Status == CellStatus.Finished)
                return CellEnd.Busy;
            if (status == CellStatus.Broken && !CellRunner.HasRun(cell))
                report($"{name}: has no complete result of an earlier run; it is run again");
            if (runner.Run(plan, cell, observer, cancellation) is not { } result)
                return CellEnd.Stopped;
            CellFile.Write(cell.Folder, result);
            CellRunner.Clean(cell);
            report($"{name}: {Shown(cell, result)}");
            return CellEnd.Finished;
        }
        catch (RunFolderInUseException)
        {
            return CellEnd.Busy;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return CellEnd.Stopped;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            report($"{name}: failed: {problem.Message.ReplaceLineEndings(" ")}");
            return CellEnd.Failed;
        }
    }

    private static string Shown(StudyCell cell, CellResult result) => string.Join(", ", cell.Column.Metrics
        .Where(result.Metrics.ContainsKey).Select(metric => $"{metric} {MetricText.Format(metric, result.Metrics[metric])}")
        .Append(FormattableString.Invariant($"{result.Run.Steps} steps, {result.Seconds:F0} s")));
}
