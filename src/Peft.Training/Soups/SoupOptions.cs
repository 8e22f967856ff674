namespace Peft.Training;

/// <summary>How the weights of several runs are averaged.</summary>
public enum SoupKind
{
    /// <summary>The mean of all runs (Wortsman et al. 2022, uniform soup).</summary>
    Uniform,

    /// <summary>
    /// The mean of the runs that do not lower the development metric, tried in the order of their own metrics (Wortsman et al. 2022,
    /// recipe 1).
    /// </summary>
    Greedy,

    /// <summary>
    /// Each element's mean, weighted by its Fisher information in each run (Matena and Raffel 2022, equation 3).
    /// </summary>
    Fisher,
}

/// <summary>Settings of <see cref="RunSoup"/>.</summary>
public sealed record SoupOptions
{
    /// <summary>How the weights are averaged.</summary>
    public SoupKind Kind { get; init; } = SoupKind.Uniform;

    /// <summary>The task's folder, or a file of development rows; null for the first run's.</summary>
    public string? Data { get; init; }

    /// <summary>How many training rows the Fisher information is estimated on, evenly spread; at least 1.</summary>
    public int FisherRows { get; init; } = 256;

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The backbone; null for the one that the runs were trained on.</summary>
    public string? Backbone { get; init; }

    /// <summary>Whether a hub repository that the runs name may be downloaded.</summary>
    public bool AllowDownload { get; init; }
}

/// <summary>A soup of runs.</summary>
/// <param name="Model">The model with the averaged weights; the caller disposes it, and may save it as a run.</param>
/// <param name="Parts">The runs, in the order given.</param>
public sealed record SoupOutcome(TrainedModel Model, IReadOnlyList<SoupPart> Parts);

/// <summary>A run of a soup.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Metrics">Its own development metrics.</param>
/// <param name="IsUsed">Whether it is in the average.</param>
public sealed record SoupPart(string Folder, IReadOnlyDictionary<string, double> Metrics, bool IsUsed);

/// <summary>Runs cannot be averaged.</summary>
/// <param name="folder">The run that does not fit.</param>
/// <param name="problem">What was found, and what was expected.</param>
public sealed class RunSoupException(string folder, string problem) : Exception($"{folder}: {problem}");
