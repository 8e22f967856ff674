using System.Text.Json;

namespace Peft.Training;

/// <summary>Executes runs, or reuses the results that their output folders hold already.</summary>
internal sealed class StoredRuns(FineTuner tuner)
{
    /// <summary>Checks that several runs do not read standard input.</summary>
    /// <param name="options">The settings that the runs share.</param>
    /// <param name="runs">How many runs there are with one fold.</param>
    /// <exception cref="TrainingOptionsException">Several runs would read standard input.</exception>
    public static void CheckInput(TrainingOptions options, int runs)
    {
        if (runs * Math.Max(1, options.Folds) > 1
            && ((string?[])[options.Data, options.Train, options.Dev, options.Test]).Any(OwnPaths.IsInput))
            throw new TrainingOptionsException("data", "standard input (-) can be read once, and there are several runs; give a file");
    }

    /// <summary>The runs that a configuration is judged by: each seed, with each fold held out in turn where the options ask for
    /// folds.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="seeds">Seeds.</param>
    /// <param name="folder">The folder below which each run has one; null to write nothing.</param>
    public static IEnumerable<TrainingOptions> Replicates(TrainingOptions options, IReadOnlyList<int> seeds, string? folder)
    {
        foreach (var seed in seeds)
        {
            var place = folder is null ? null : Path.Combine(folder, $"seed-{seed}");
            if (options is { Folds: > 0, Fold: 0 })
            {
                for (var fold = 1; fold <= options.Folds; fold++)
                    yield return options with
                    {
                        Seed = seed, Fold = fold, Output = place is null ? null : Path.Combine(place, $"fold-{fold}"),
                    };
            }
            else
            {
                yield return options with { Seed = seed, Output = place };
            }
        }
    }

    /// <summary>The result of a run.</summary>
    /// <param name="options">The run's settings.</param>
    /// <param name="reuse">Whether a finished run in the output folder with the same settings is taken instead.</param>
    /// <param name="observer">Receives progress.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    /// <returns>The result; null if the run was cancelled before its end.</returns>
    public RunResult? Run(TrainingOptions options, bool reuse, ITrainingObserver observer, CancellationToken cancellation)
    {
        var earlier = reuse ? Earlier(options) : null;
        if (earlier is { Cancelled: false } && HasSettings(earlier, options))
            return earlier;
        if (cancellation.IsCancellationRequested)
            return null;
        try
        {
            var result = tuner.Run(earlier is { Cancelled: true } ? options with { Overwrite = true } : options, observer, cancellation);
            return result.Cancelled ? null : result;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Whether the run's folder holds its result.</summary>
    public static bool IsFinished(TrainingOptions options) =>
        Earlier(options) is { Cancelled: false } earlier && HasSettings(earlier, options);

    /// <summary>Whether the run's folder holds the result of a run that was stopped.</summary>
    public static bool IsStopped(TrainingOptions options) => Earlier(options) is { Cancelled: true };

    /// <summary>The result that the run's folder holds, of a finished or a stopped run.</summary>
    private static RunResult? Earlier(TrainingOptions options) =>
        options.Output is { } output && File.Exists(Path.Combine(output, RunResult.FileName)) ? RunResult.Read(output) : null;

    /// <summary>Whether a run had these settings, where defaults that depend on the method or task were filled in.</summary>
    private static bool HasSettings(RunResult run, TrainingOptions options)
    {
        var settings = run.Settings with { Overwrite = options.Overwrite };
        if (options.MaxLength == TextLimit.Automatic)
            settings = settings with { MaxLength = options.MaxLength };
        if (options.Epochs == EpochChoice.Automatic)
            settings = settings with { Epochs = options.Epochs };
        if (options.LearningRate is null)
            settings = settings with { LearningRate = null };
        if (options.Task == TaskSource.Automatic && settings.Task == TaskSource.NameFor(options))
            settings = settings with { Task = options.Task };
        if (settings.Backbone == BackboneSource.BuiltInDecoder && options.Backbone is BackboneSource.Default or BackboneSource.BuiltIn)
            settings = settings with { Backbone = options.Backbone };
        return Text(settings) == Text(options);
    }

    /// <summary>The settings as text; options of methods have no order.</summary>
    private static string Text(TrainingOptions options) => JsonSerializer.Serialize(
        options with { Settings = new SortedDictionary<string, string>(options.Settings.ToDictionary(), StringComparer.Ordinal) },
        RunResult.Json);
}
