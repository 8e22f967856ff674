using static TorchSharp.torch;

namespace Peft;

/// <summary>The weights of the experts when a mixture is averaged: one for each expert, or one for each of its elements.</summary>
public sealed class ExpertWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _elements;

    private ExpertWeights(IReadOnlyList<double>? scalars, Dictionary<string, Tensor> elements) =>
        (Scalars, _elements) = (scalars, elements);

    /// <summary>The experts' weights, which sum to 1; null if each element has its own.</summary>
    public IReadOnlyList<double>? Scalars { get; }

    /// <summary>Creates weights of whole experts.</summary>
    /// <param name="weights">A number of at least 0 for each expert, not all 0; they are normalised to sum to 1.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="ExpertWeightsException">A number is negative or not finite, or all are 0.</exception>
    public static ExpertWeights Normalize(params IReadOnlyList<double> weights)
    {
        var sum = weights.Sum();
        if (weights.Any(weight => !double.IsFinite(weight) || weight < 0) || sum <= 0 || !double.IsFinite(sum))
            throw new ExpertWeightsException(
                $"expected numbers of at least 0, not all 0, with a finite sum; found [{string.Join(", ", weights)}]");
        return new ExpertWeights([.. weights.Select(weight => weight / sum)], []);
    }

    /// <summary>Frees the weights of elements.</summary>
    public void Dispose()
    {
        foreach (var weights in _elements.Values)
            weights.Dispose();
        _elements.Clear();
    }

    /// <summary>
    /// Creates weights of elements by a bank's key: [experts, ...shape], which sum to 1 over experts. The result takes ownership of the
    /// tensors.
    /// </summary>
    internal static ExpertWeights Elementwise(Dictionary<string, Tensor> weights) => new(null, weights);

    /// <summary>Computes the weighted average of the live experts.</summary>
    /// <param name="bank">The bank.</param>
    /// <param name="live">Its experts, each of the trainable's shape.</param>
    internal Tensor Average(ExpertBank bank, IReadOnlyList<Tensor> live)
    {
        var experts = stack(live); // [M, ...]
        if (Scalars is null)
            return _elements.TryGetValue(bank.Key, out var own)
                ? (experts * own).sum([0]) : throw new ExpertWeightsException("they are of another mixture: there are none for "
                + $"{bank.Key}");
        if (Scalars.Count != bank.Experts.Count)
            throw new ExpertWeightsException($"there are {Scalars.Count} for {bank.Experts.Count} experts of {bank.Key}");
        long[] shape = [Scalars.Count, .. Enumerable.Repeat(1L, bank.Spec.Shape.Count)];
        return (experts * tensor(Scalars.ToArray()).to(experts.device).to_type(experts.dtype).view(shape)).sum([0]);
    }
}

/// <summary>Weights of experts are invalid or do not fit this mixture.</summary>
/// <param name="problem">What was expected and what was found.</param>
public sealed class ExpertWeightsException(string problem) : Exception($"weights of experts: {problem}.");
