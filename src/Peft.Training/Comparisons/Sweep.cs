using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Executes a sweep: trains every configuration with every seed, and writes the best configuration as a run file. A sweep that was stopped
/// continues where it ended, because finished runs are reused.
/// </summary>
/// <param name="tuner">Executes the runs.</param>
/// <param name="registry">The known methods.</param>
public sealed class Sweep(FineTuner tuner, MethodRegistry registry)
{
    /// <summary>The file of the configurations and their metrics, in the output folder.</summary>
    public const string ResultName = "sweep.json";

    /// <summary>The run file of the best configuration, for <c>peft train --config</c>, in the output folder.</summary>
    public const string BestName = "best.yaml";

    private readonly StoredRuns _runs = new(tuner);

    /// <summary>Trains the configurations, one after the other.</summary>
    /// <param name="plan">What to try.</param>
    /// <param name="observer">Receives the progress of each run, and a line before each configuration.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    /// <returns>The finished configurations, best first. Each later one is written to the output folder when it is finished.</returns>
    /// <exception cref="TrainingOptionsException">A value is not allowed, or the options name no output folder.</exception>
    public IReadOnlyList<SweepTrial> Run(SweepPlan plan, ITrainingObserver observer, CancellationToken cancellation)
    {
        var folder = plan.Options.Output
            ?? throw new TrainingOptionsException("output", "is missing; a sweep keeps its runs in a folder, so that it can be continued");
        var configurations = plan.Configurations(registry);
        StoredRuns.CheckInput(plan.Options, configurations.Count * plan.Seeds.Count);
        var trials = new List<SweepTrial>();
        var once = new NoticesOnce(observer);
        for (var index = 0; index < configurations.Count && !cancellation.IsCancellationRequested; index++)
        {
            var (values, options) = configurations[index];
            observer.Noted($"configuration {index + 1} of {configurations.Count}: "
                + string.Join(", ", values.Select(pair => $"{pair.Key}={pair.Value}")));
            var results = new List<RunResult>();
            var planned = Replicates(plan, index, values, options).ToList();
            foreach (var run in planned)
            {
                if (_runs.Run(run, !plan.Options.Overwrite, once, cancellation) is { } result)
                    results.Add(result);
                once.Remember(results.SelectMany(one => one.DataNotices));
            }

            if (results.Count < planned.Count)
                break; // cancelled
            trials.Add(new SweepTrial(values, ComparisonRow.Summarize(results)));
            Write(folder, options, trials);
        }

        return Sorted(trials);
    }

    /// <summary>The runs of a sweep that have no result yet, or all if the sweep overwrites them.</summary>
    /// <param name="plan">What to try.</param>
    /// <exception cref="TrainingOptionsException">A value is not allowed.</exception>
    internal IReadOnlyList<TrainingOptions> Missing(SweepPlan plan) =>
    [
        .. plan.Configurations(registry).SelectMany((one, index) => Replicates(plan, index, one.Values, one.Options))
            .Where(run => plan.Options.Overwrite || !StoredRuns.IsFinished(run)),
    ];

    private static IEnumerable<TrainingOptions> Replicates(
        SweepPlan plan, int index, IReadOnlyDictionary<string, string> values, TrainingOptions options) =>
        StoredRuns.Replicates(options, plan.Seeds, Path.Combine(plan.Options.Output!, FolderName(index, values)));

    private static List<SweepTrial> Sorted(IEnumerable<SweepTrial> trials) =>
        [.. trials.OrderByDescending(trial => trial.Summary.Quality)];

    /// <summary>Writes all finished configurations, and the run file of the best one with its first seed and no output folder.</summary>
    private static void Write(string folder, TrainingOptions latest, List<SweepTrial> trials)
    {
        var sorted = Sorted(trials);
        AtomicFile.Write(Path.Combine(folder, ResultName), stream => JsonSerializer.Serialize(
            stream,
            sorted.Select(trial => new
            {
                trial.Values, metric = trial.Summary.PrimaryMetric, trial.Summary.Metrics, trial.Summary.Seconds,
                runs = trial.Summary.Runs.Select(run => run.Settings.Output),
            }),
            RunResult.Json));
        if (sorted[0] != trials[^1])
            return;
        var best = latest with { Output = null, Overwrite = false };
        AtomicFile.Write(Path.Combine(folder, BestName), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(RunFile.Write(best))));
    }

    private static string FolderName(int index, IReadOnlyDictionary<string, string> values)
    {
        var text = string.Join('_', values.Select(pair => $"{pair.Key}-{pair.Value}"));
        var name = string.Concat(text.Select(
            character => char.IsLetterOrDigit(character) || character is '.' or '-' or '_' ? character : '-'));
        return $"{index + 1:D3}_{(name.Length > 80 ? name[..80] : name)}";
    }
}

/// <summary>A configuration of a sweep with its results.</summary>
/// <param name="Values">The options that vary, as the command line takes them.</param>
/// <param name="Summary">Mean and deviation of the metrics over the seeds.</param>
public sealed record SweepTrial(IReadOnlyDictionary<string, string> Values, ComparisonRow Summary)
{
    /// <summary>The metric that ranks configurations.</summary>
    public Spread Primary => Summary.Metrics[Summary.PrimaryMetric];
}
