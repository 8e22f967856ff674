namespace Peft.Training;

/// <summary>Runs several methods over several seeds on one task and summarises the results.</summary>
/// <param name="tuner">Executes the runs.</param>
/// <param name="registry">The known methods.</param>
public sealed class Comparison(FineTuner tuner, MethodRegistry registry)
{
    private readonly StoredRuns _runs = new(tuner);

    /// <summary>Plans a run of every method with every seed, and with every fold where the settings ask for folds.</summary>
    /// <param name="shared">The settings common to all runs.</param>
    /// <param name="methods">Methods as users write them, such as <c>lora</c>.</param>
    /// <param name="seeds">Seeds.</param>
    /// <param name="splits">Folders or files with samples of the same task, each used in place of <see cref="TrainingOptions.Data"/>. Means
    /// and deviations are then over splits as well, as in few-shot tables. Null for one split.</param>
    /// <returns>The plan; a typing error is found before the first run.</returns>
    /// <exception cref="UnusedSettingException">A setting belongs to none of the methods.</exception>
    /// <exception cref="TrainingOptionsException">The data are given in another way as well as by splits, or are standard
    /// input.</exception>
    public ComparisonPlan Plan(
        TrainingOptions shared, IReadOnlyList<string> methods, IReadOnlyList<int> seeds, IReadOnlyList<string>? splits = null)
    {
        if (splits is not null && (shared.Data ?? shared.Train) is not null)
            throw new TrainingOptionsException(
                shared.Data is null ? "train" : "data", "is given beside --splits; both name the training examples, so leave one out");
        StoredRuns.CheckInput(shared, methods.Count * seeds.Count * (splits?.Count ?? 1));
        return ComparisonPlan.Create(Choose(shared, methods), seeds, splits is null ? null : DataSplit.Name(splits));
    }

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
        CancellationToken cancellation) => Run(Plan(shared, methods, seeds), reuse, observer, cancellation);

    /// <summary>Executes a plan.</summary>
    /// <param name="plan">The runs.</param>
    /// <param name="reuse">Reuses results in the output folder if their settings are the same, instead of running again.</param>
    /// <param name="observer">Receives the progress of each run.</param>
    /// <param name="cancellation">Stops after the step in progress.</param>
    /// <returns>A row for each configuration that finished at least one run.</returns>
    public IReadOnlyList<ComparisonRow> Run(
        ComparisonPlan plan, bool reuse, ITrainingObserver observer, CancellationToken cancellation)
    {
        var rows = new List<ComparisonRow>();
        var once = new NoticesOnce(observer);
        foreach (var runs in plan.Configurations)
        {
            var results = new List<RunResult>();
            foreach (var options in runs)
            {
                if (_runs.Run(options, reuse, once, cancellation) is not { } result)
                    continue;
                once.Remember(result.DataNotices);
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
    /// <summary>The mean of the primary metric, or its negative where a smaller value is better: the larger, the better.</summary>
    internal double Quality => Metrics[PrimaryMetric].Mean is var mean && double.IsNaN(mean) ? double.NegativeInfinity
        : PrimaryMetric == Evaluator.NameOf(Data.MetricKind.Rmse) ? -mean : mean;

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
