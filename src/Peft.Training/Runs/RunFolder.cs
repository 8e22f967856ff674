using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>A run's folder: <c>result.json</c>, the adapter and <c>log.txt</c>.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly string _path;
    private readonly RunFolderLock _lock;
    private readonly RunLogFile? _log;

    private RunFolder(string path, RunFolderLock taken, RunLogFile? log) => (_path, _lock, _log) = (path, taken, log);

    /// <summary>
    /// Creates the folder, locks it and checks that it is writable before training starts. A resumed run appends to its log.
    /// </summary>
    /// <exception cref="TrainingOptionsException">The folder holds a finished run, or cannot be written to.</exception>
    /// <exception cref="RunFolderInUseException">Another run is writing into the folder.</exception>
    public static RunFolder? Create(TrainingOptions options, bool withLog = true)
    {
        if (options.Output is not { } path)
            return null;
        RunFolderLock? taken = null;
        try
        {
            Directory.CreateDirectory(path);
            taken = RunFolderLock.Take(path);
            if (File.Exists(Path.Combine(path, RunResult.FileName)) && !options.Overwrite)
                CheckEarlier(path, options.Resume);
            return new RunFolder(path, taken, withLog ? new RunLogFile(path, options.Resume) : null);
        }
        catch (Exception problem)
        {
            taken?.Dispose();
            if (problem is IOException or UnauthorizedAccessException)
                throw new TrainingOptionsException("output", $"{path} cannot be written to ({problem.Message})");
            throw;
        }
    }

    /// <summary>Checks that an earlier run can be resumed and that the options ask for it.</summary>
    private static void CheckEarlier(string path, bool resume)
    {
        var snapshots = Path.Combine(path, RunSnapshots.FolderName);
        var hasSnapshots = Directory.Exists(snapshots) && Directory.EnumerateFileSystemEntries(snapshots).Any();
        if (resume && hasSnapshots)
            return;
        var ways = hasSnapshots
            ? ", --overwrite to replace it, or --resume to continue from its snapshots" : " or --overwrite to replace it";
        throw resume
            ? new TrainingOptionsException(
                "resume", $"{path} holds an earlier run without snapshots, which cannot be continued; name another folder{ways}")
            : new TrainingOptionsException("output", $"{path} holds an earlier run; name another folder{ways}");
    }

    /// <summary>Wraps an observer so that progress is also written to the log and, by option, for TensorBoard.</summary>
    public ITrainingObserver Logged(ITrainingObserver observer, TimeProvider time, bool withTensorboard)
    {
        var logged = _log is null ? observer : new RunLog(_log, time, observer);
        return withTensorboard ? new TensorboardLog(_path, logged) : logged;
    }

    /// <summary>Writes the adapter, the tokenizer's files and the result.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="result">The run's result.</param>
    /// <param name="tokenizer">The folder of the tokenizer's files.</param>
    public void Write(PeftModel model, RunResult result, string tokenizer)
    {
        // Without its result, a half-written folder is not mistaken for a run: the labels of an old result would not fit the new adapter.
        File.Delete(Path.Combine(_path, RunResult.FileName));
        AdapterFolder.Save(model, Path.Combine(_path, "adapter"), AdapterForm.Trained, result.Settings.Backbone);
        var (merged, flat) = (Path.Combine(_path, "adapter-merged"), Path.Combine(_path, "adapter-flat"));
        Remove(merged);
        Remove(flat);
        if (model.Adapter?.Spec.Mixture is not null)
            AdapterFolder.Save(model, merged, AdapterForm.Merged, result.Settings.Backbone);
        if (model.Adapter is { IsEjectable: true })
            AdapterFolder.Save(model, flat, AdapterForm.Flat, result.Settings.Backbone);
        RunTokenizer.Save(_path, tokenizer);
        AtomicFile.Write(
            Path.Combine(_path, RunResult.FileName), stream => JsonSerializer.Serialize(stream, result, RunResult.Json));
    }

    public void Dispose()
    {
        _log?.Dispose();
        _lock.Dispose();
    }

    /// <summary>Removes an adapter of an earlier run, so that it is not mistaken for one of this run.</summary>
    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
