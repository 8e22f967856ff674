namespace Peft.Training;

/// <summary>The metrics of a mixture with chosen or sampled experts, beside those of the merged weights.</summary>
/// <param name="Rows">The number of examples.</param>
/// <param name="Merged">The metrics of the merged weights, by name.</param>
/// <param name="Draws">
/// The metrics of each sampled route; one entry for a fixed expert, and for an ensemble, whose routes are judged together.
/// </param>
public sealed record RoutedEvaluation(
    int Rows, IReadOnlyDictionary<string, double> Merged, IReadOnlyList<IReadOnlyDictionary<string, double>> Draws)
{
    /// <summary>The uncertainty of an ensemble's predictions; null for other ways, and for numbers.</summary>
    public EnsembleUncertainty? Uncertainty { get; init; }

    /// <summary>
    /// The mean over the rows of the standard deviation (n - 1) of an ensemble's predicted numbers; null for classes and other ways.
    /// </summary>
    public double? Disagreement { get; init; }

    /// <summary>Each metric's distribution over <see cref="Draws"/>.</summary>
    public IReadOnlyDictionary<string, MetricRange> Ranges => Draws[0].Keys.ToDictionary(
        name => name, name => MetricRange.Compute([.. Draws.Select(draw => draw[name])]));
}

/// <summary>A metric over several evaluations.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation (n - 1); 0 for one value.</param>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
public sealed record MetricRange(double Mean, double Deviation, double Min, double Max)
{
    internal static MetricRange Compute(double[] values)
    {
        var spread = Spread.Compute(values);
        return new MetricRange(spread.Mean, spread.Deviation, values.Min(), values.Max());
    }
}

/// <summary>
/// The uncertainty of an ensemble of sampled routes in nats, averaged over rows (AdaMix, section 3.5, takes sampled experts as an
/// approximate posterior; Gal et al. 2017, equation 2, splits the entropy).
/// </summary>
/// <param name="PredictiveEntropy">H[mean p]: all uncertainty.</param>
/// <param name="ExpectedEntropy">mean H[p]: the uncertainty within routes, due to the data.</param>
/// <param name="MutualInformation">H[mean p] - mean H[p]: the disagreement of the routes.</param>
public sealed record EnsembleUncertainty(double PredictiveEntropy, double ExpectedEntropy, double MutualInformation)
{
    /// <summary>The uncertainty of the correctly predicted rows; null if there are none.</summary>
    public EnsembleUncertainty? Right { get; init; }

    /// <summary>The uncertainty of the wrongly predicted rows; null if there are none.</summary>
    public EnsembleUncertainty? Wrong { get; init; }
}

/// <summary>Experts cannot be chosen for this run, or with this kind of inference.</summary>
/// <param name="problem">What was found, and what to do.</param>
public sealed class RoutedEvaluationException(string problem) : Exception(problem);
