using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>Writes a run's snapshots during training and restores them when a run resumes or rolls back.</summary>
internal sealed class RunSnapshots
{
    /// <summary>The folder within the run's folder.</summary>
    public const string FolderName = "snapshots";

    private const string StateKey = "peft.run";

    private readonly LoopState _state;
    private readonly TrainingOptions _options;
    private readonly ITrainingObserver _observer;
    private readonly SnapshotFiles _files;
    private readonly IReadOnlyDictionary<string, string> _identity;

    private RunSnapshots(LoopState state, TrainingOptions options, ITaskSession session, ITrainingObserver observer)
    {
        (_state, _options, _observer) = (state, options, observer);
        _files = new SnapshotFiles(Path.Combine(options.Output!, FolderName), options.KeepSnapshots);
        _identity = RunIdentity.Hashes(state.Model, session);
    }

    /// <summary>
    /// Opens the run's snapshots and, if the run resumes, restores the latest. Null if the run neither writes nor reads snapshots.
    /// </summary>
    /// <exception cref="ResumeException">The folder holds snapshots of an earlier run that should not be resumed, or of a run with other
    /// settings.</exception>
    public static RunSnapshots? Open(LoopState state, TrainingOptions options, ITaskSession session, ITrainingObserver observer)
    {
        if (options.Output is null)
            return null;
        if (options is { Overwrite: true, Resume: false })
            RemoveEarlier(Path.Combine(options.Output, FolderName), options.KeepSnapshots);
        if (options.SnapshotEvery == 0 && !options.Resume)
            return null;
        var snapshots = new RunSnapshots(state, options, session, observer);
        if (options.Resume)
            snapshots.Resume();
        else
            snapshots.CheckNew();
        if (options.NonFinite == NonFiniteGuard.Rollback && state.Clock.Step == 0)
            snapshots.Write();
        return snapshots;
    }

    /// <summary>Writes a snapshot if one is due.</summary>
    /// <exception cref="SnapshotWriteException">It cannot be written.</exception>
    public void AfterStep()
    {
        if (_options.SnapshotEvery > 0 && _state.Clock.Step % _options.SnapshotEvery == 0)
            Write();
    }

    /// <summary>Writes a snapshot when the run is stopped, so that no step is repeated after resuming.</summary>
    /// <exception cref="SnapshotWriteException">It cannot be written.</exception>
    public void AtStop()
    {
        if (_options.SnapshotEvery > 0 && _state.Clock.Step % _options.SnapshotEvery != 0)
            Write();
    }

    /// <summary>Restores the run's latest snapshot.</summary>
    /// <returns>The snapshot's step.</returns>
    /// <exception cref="ResumeException">No snapshot is readable.</exception>
    public int RollBack() => TakeUpLatest() ?? throw new ResumeException(_files.Folder, "holds no snapshot to roll back to that can "
        + "be read.");

    private static void RemoveEarlier(string folder, int keep)
    {
        if (Directory.Exists(folder))
            new SnapshotFiles(folder, keep).RemoveAfter(-1);
    }

    private void CheckNew()
    {
        if (_files.Steps() is [var latest, ..])
        {
            throw new ResumeException(
                _files.Folder, $"holds snapshots of an earlier run, the latest of step {latest}. Resume it with --resume, choose "
                    + "another --output, or delete the folder.");
        }

        _files.RemoveAfter(0);
    }

    private void Resume()
    {
        foreach (var stray in _files.Strays())
            _observer.Noted($"{stray} is skipped: it is no snapshot, whose name is step- and a number of eight digits");
        if (TakeUpLatest() is { } step)
            _observer.Noted($"resumed from the snapshot of step {step}");
        else
            _observer.Noted($"{_files.Folder} holds no snapshot that can be read; starting from the beginning");
    }

    private int? TakeUpLatest()
    {
        foreach (var step in _files.Steps())
        {
            var (file, damage) = _files.Open(step);
            if (file is null)
            {
                _observer.Noted($"the snapshot of step {step} is damaged and not used ({damage})");
                continue;
            }

            using (file)
                TakeUp(file);
            _files.RemoveAfter(step);
            return step;
        }

        _files.RemoveAfter(-1);
        return null;
    }

    private void TakeUp(SafetensorsFile file)
    {
        var run = RunState.Parse(file.Metadata.GetValueOrDefault(StateKey) ?? "", file.Path);
        var differences = RunIdentity.Differences(run.Settings, RunIdentity.Settings(_options))
            .Concat(RunIdentity.Differences(run.Identity, _identity)).ToList();
        if (differences.Count > 0)
            throw new ResumeException(file.Path, $"is of a run with other settings: {string.Join("; ", differences)}. Give the same "
                + "settings, or choose another --output.");
        foreach (var difference in RunIdentity.Differences(run.Machine, RunIdentity.Machine(_state.Model)))
            _observer.Noted($"{difference}: numbers may differ in their last bits from those of a run that was not interrupted");
        if (_state.Lacks(run) is { } lacking)
            throw new ResumeException(file.Path, $"is of another model: it has no {lacking}.");
        RunTensors.Restore(_state, file);
        _state.Restore(run);
    }

    private void Write()
    {
        var run = _state.Describe() with
        {
            Settings = RunIdentity.Settings(_options),
            Identity = _identity,
            Machine = RunIdentity.Machine(_state.Model),
        };
        _files.Write(_state.Clock.Step, RunTensors.List(
            _state), new Dictionary<string, string> { [StateKey] = JsonSerializer.Serialize(run, RunState.Json) });
    }
}
