using System.Text.Json;

namespace Peft.Training;

/// <summary>Runs several methods over several seeds on one task and summarises the results.</summary>
/// <param name="tuner">Executes the runs.</param>
/// <param name="registry">The known methods.</param>
public sealed class Comparison(FineTuner tuner, MethodRegistry registry)
{
    /// <summary>Runs every method with every seed, one after the other.</summary>
    /// <param name="shared">The settings common to all runs.</param>
    /// <param name="methods">Methods as users write them, such as <c>lora</c>.</param>
    /// <param name="seeds">Seeds.</param>
    /// <param name="reuse">Reuses results in the output folder if their settings are the same, instead of running again.</param>
    /// <param name="observer">Receives the progress of each run.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    /// <returns>A row for each method that finished at least one run.</returns>
    /// <exception cref="UnusedSettingException">A setting belongs to none of the methods.</exception>
    public IReadOnlyList<ComparisonRow> Run(
        TrainingOptions shared, IReadOnlyList<string> methods, IReadOnlyList<int> seeds, bool reuse, ITrainingObserver observer,
        CancellationToken cancellation)
    {
        if (methods.Count * seeds.Count > 1 && new[] { shared.Data, shared.Train, shared.Dev,
            shared.Test }.Contains(TablePaths.StandardInput))
            throw new TrainingOptionsException("data", "standard input (-) can be read once, and there are several runs; give a file");
        var chosen = Choose(shared, methods); // a typing error is found before the first run
        var rows = new List<ComparisonRow>();
        var once = new NoticesOnce(observer);
        foreach (var ofMethod in chosen)
        {
            var results = new List<RunResult>();
            foreach (var seed in seeds)
            {
                if (cancellation.IsCancellationRequested)
                    break;
                var output = shared.Output is null ? null : Path.Combine(shared.Output, Folder(ofMethod.Method), $"seed-{seed}");
                var options = ofMethod with { Seed = seed, Output = output };
                var earlier = reuse ? Earlier(options) : null;
                var isDone = earlier is { Cancelled: false } && HasSettings(earlier, options);
                var result = isDone
                    ? earlier
                    : Unless(cancellation, () => tuner.Run(
                        earlier is { Cancelled: true } ? options with { Overwrite = true } : options, once, cancellation));
                once.Remember(result?.DataNotices ?? []);
                if (result is { Cancelled: false })
                    results.Add(result);
            }

            if (results.Count > 0)
                rows.Add(ComparisonRow.Summarize(results));
        }

        return rows;
    }

    /// <summary>The settings of each method's runs: those that it uses of the common ones.</summary>
    private List<TrainingOptions> Choose(TrainingOptions shared, IReadOnlyList<string> methods)
    {
        var specs = methods.Select(method => MethodExpression.Parse(registry, method, shared.Settings)).ToList();
        MethodExpression.CheckUsed(specs, shared.Settings);
        var chosen = methods.Zip(specs, (method, spec) => shared with
        {
            Method = method, Settings = MethodExpression.SettingsUsed(spec, shared.Settings),
        }).ToList();
        chosen.ForEach(options => TuningMethod.Parse(registry, options));
        return chosen;
    }

    /// <summary>A run's result; null if it was cancelled before its first step.</summary>
    private static RunResult? Unless(CancellationToken cancelled, Func<RunResult> run)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The result that the run's folder holds, of a finished or a stopped run.</summary>
    private static RunResult? Earlier(TrainingOptions options) =>
        options.Output is { } output && File.Exists(Path.Combine(output, RunResult.FileName)) ? RunResult.Read(output) : null;

    /// <summary>Whether a run had these settings, where defaults that depend on the method or task were filled in.</summary>
    private static bool HasSettings(RunResult run, TrainingOptions options)
    {
        var settings = run.Settings with { Overwrite = options.Overwrite };
        if (options.Task == TaskSource.Automatic && settings.Task == TaskSource.NameFor(options))
            settings = settings with { Task = options.Task };
        if (options.MaxLength == TextLimit.Automatic)
            settings = settings with { MaxLength = options.MaxLength };
        if (options.LearningRate is null)
            settings = settings with { LearningRate = null };
        if ((options.Backbone, settings.Backbone) is (BackboneSource.BuiltIn, BackboneSource.BuiltInDecoder))
            settings = settings with { Backbone = BackboneSource.BuiltIn };
        return JsonSerializer.Serialize(settings, RunResult.Json) == JsonSerializer.Serialize(options, RunResult.Json);
    }

    private static string Folder(string method) => method.Replace('(', '-').Replace(")", "", StringComparison.Ordinal);
}

/// <summary>Summary of a method's runs.</summary>
/// <param name="Method">The method.</param>
/// <param name="Metrics">Mean and sample standard deviation of each development metric over the seeds.</param>
/// <param name="PrimaryMetric">The metric that selects epochs.</param>
/// <param name="Parameters">Parameter counts.</param>
/// <param name="Seconds">Mean duration of a run in seconds.</param>
/// <param name="PeakBytes">Highest peak memory of a run.</param>
/// <param name="MajorityShare">The majority baseline: the largest class's share of the development rows; null for scores.</param>
/// <param name="Runs">The runs.</param>
public sealed record ComparisonRow(
    string Method, IReadOnlyDictionary<string, Spread> Metrics, string PrimaryMetric, ParameterCounts Parameters,
    double Seconds, long PeakBytes, double? MajorityShare, IReadOnlyList<RunResult> Runs)
{
    internal static ComparisonRow Summarize(IReadOnlyList<RunResult> results) => new(
        results[0].Method,
        results[0].Metrics.Keys.ToDictionary(name => name, name => Spread.Compute([.. results.Select(result => result.Metrics[name])])),
        results[0].PrimaryMetric,
        results[0].Parameters,
        results.Average(result => result.Seconds),
        results.Max(result => result.PeakBytes),
        results[0].MajorityShare,
        results);
}

/// <summary>Mean and sample standard deviation.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The sample standard deviation; 0 for a single value.</param>
/// <param name="Count">The number of values.</param>
public sealed record Spread(double Mean, double Deviation, int Count)
{
    internal static Spread Compute(double[] values)
    {
        var mean = values.Average();
        var deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        return new Spread(mean, deviation, values.Length);
    }
}
