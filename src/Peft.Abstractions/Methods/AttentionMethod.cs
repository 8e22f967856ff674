using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that gives a self-attention additional keys and values.</summary>
/// <remarks>
/// Every token attends to all of them, also in a causal attention. Token positions are not shifted unless the method says so.
/// </remarks>
public abstract class AttentionMethod : AdaptationMethod
{
    /// <summary>The width of keys and values, over all heads.</summary>
    protected int Hidden { get; private set; }

    /// <summary>
    /// The number of positions by which real tokens are shifted, in a backbone with absolute positions: 0, or the number of added keys, as
    /// if they were tokens in front.
    /// </summary>
    protected internal virtual int PositionShift => 0;

    /// <summary>The method's formula.</summary>
    /// <param name="hidden">The layer's input, [batch, length, Hidden].</param>
    /// <returns>Keys and values, each [batch or 1, added, Hidden], with the heads concatenated as in the layer's own projections.</returns>
    protected abstract KeysAndValues Apply(Tensor hidden);

    internal KeysAndValues Run(Tensor hidden, bool training)
    {
        IsTraining = training;
        KeysAndValues result;
        try
        {
            result = Apply(Widen(hidden));
        }
        catch (ExternalException error) when (MethodShapeException.IsAbout(error))
        {
            throw MethodShapeException.Create(this, nameof(Apply), error, (nameof(hidden), hidden));
        }

        Require(result.Keys, "keys", hidden);
        Require(result.Values, "values", hidden);
        return result;
    }

    private void Require(Tensor result, string name, Tensor hidden)
    {
        if (result.dim() != 3 || result.size(2) != Hidden || (result.size(0) != 1 && result.size(0) != hidden.size(0)))
            throw MethodShapeException.Create(
                this, nameof(Apply), $"{name} [batch or 1, added, {Hidden}]", result, (nameof(hidden), hidden));
    }

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;
}

/// <summary>The keys and values of a prefix.</summary>
/// <param name="Keys">[batch or 1, added, Hidden].</param>
/// <param name="Values">[batch or 1, added, Hidden].</param>
/// <param name="Gate">A factor of keys and values: [batch, 1, 1], or [batch, length, 1] if each query has its own gate, as from
/// <see cref="TokenMean"/> in a causal pass; null for 1.</param>
public readonly record struct KeysAndValues(Tensor Keys, Tensor Values, Tensor? Gate = null);
