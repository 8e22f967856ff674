namespace Peft.Data;

/// <summary>Describes a task: its classes, its texts and its metrics.</summary>
/// <param name="Name">Short name, lower case: <c>sst2</c>.</param>
/// <param name="DisplayName">The name in papers: <c>SST-2</c>.</param>
/// <param name="Labels">Names of the classes; a class is the index of its name. Empty for regression.</param>
/// <param name="IsPair">Whether an example has two texts.</param>
/// <param name="PrimaryMetric">The metric that selects the best epoch.</param>
/// <param name="MetricsReported">All metrics, the primary one first.</param>
public sealed record TaskDefinition(
    string Name, string DisplayName, IReadOnlyList<string> Labels, bool IsPair, MetricKind PrimaryMetric,
    IReadOnlyList<MetricKind> MetricsReported)
{
    /// <summary>Aliases of the task; case and the characters - and _ do not matter.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether an example may have several of the classes, or none.</summary>
    public bool IsMultiLabel { get; init; }

    /// <summary>Whether the task is a regression.</summary>
    public bool IsRegression => Labels.Count == 0;

    /// <summary>Number of outputs that a model needs: one per class, or one for regression.</summary>
    public int OutputCount => IsRegression ? 1 : Labels.Count;

    /// <summary>Whether a name or alias denotes this task.</summary>
    public bool IsNamed(string name) => new[] { Name, DisplayName }.Concat(Aliases).Any(own => Plain(own) == Plain(name));

    private static string Plain(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Trim().ToLowerInvariant();
}
