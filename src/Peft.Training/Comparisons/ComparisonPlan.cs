namespace Peft.Training;

/// <summary>The runs of a comparison: for each configuration one for each split of the data, seed and fold.</summary>
/// <param name="Configurations">The settings of each configuration's runs, with an output folder for each run.</param>
public sealed record ComparisonPlan(IReadOnlyList<IReadOnlyList<TrainingOptions>> Configurations)
{
    /// <summary>Plans the runs of configurations, such as methods with learning rates of their own.</summary>
    /// <param name="configurations">The settings of each; below each one's output folder is a folder for its method.</param>
    /// <param name="seeds">Seeds.</param>
    public static ComparisonPlan Create(IReadOnlyList<TrainingOptions> configurations, IReadOnlyList<int> seeds) =>
        Create(configurations, seeds, splits: null);

    /// <summary>The runs that have no result yet, for a caller that executes them in separate processes.</summary>
    /// <param name="reuse">Whether runs with a result of the same settings are left out.</param>
    public IReadOnlyList<TrainingOptions> Missing(bool reuse) =>
    [
        .. Configurations.SelectMany(runs => runs)
            .Where(options => !reuse || !StoredRuns.IsFinished(options))
            .Select(options => reuse && StoredRuns.IsStopped(options) ? options with { Overwrite = true } : options),
    ];

    internal static ComparisonPlan Create(
        IReadOnlyList<TrainingOptions> configurations, IReadOnlyList<int> seeds, IReadOnlyList<DataSplit>? splits) => new(
    [
        .. configurations.Select(options => (IReadOnlyList<TrainingOptions>)[.. DataSplit.Replicates(
            options, splits, seeds, FolderOf(options))]),
    ]);

    private static string? FolderOf(TrainingOptions options) => options.Output is { } output
        ? Path.Combine(output, options.Method.Replace('(', '-').Replace(")", "", StringComparison.Ordinal)) : null;
}
