using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that gives a self-attention keys and values to attend to beside those of the tokens.</summary>
/// <remarks>
/// Every token sees all of them, also in a causal attention. Positions of the tokens do not move unless the method says so.
/// </remarks>
public abstract class AttentionMethod : AdaptationMethod
{
    /// <summary>The width of keys and values, all heads together.</summary>
    protected int Hidden { get; private set; }

    /// <summary>
    /// By how many positions the real tokens move up, in a backbone of absolute positions: 0, or as many as the keys and values would take
    /// if they stood in front as tokens do.
    /// </summary>
    protected internal virtual int PositionShift => 0;

    /// <summary>The formula.</summary>
    /// <param name="hidden">What the layer reads, [batch, length, Hidden].</param>
    /// <returns>Keys and values, each [batch or 1, added, Hidden], the heads side by side as the layer's own projections have
    /// them.</returns>
    protected abstract KeysAndValues Apply(Tensor hidden);

    internal KeysAndValues Run(Tensor hidden, bool training)
    {
        IsTraining = training;
        return Apply(Widen(hidden));
    }

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;
}

/// <summary>Keys and values of a prefix.</summary>
/// <param name="Keys">[batch or 1, added, Hidden].</param>
/// <param name="Values">[batch or 1, added, Hidden].</param>
/// <param name="Gate">
/// Multiplies keys and values: [batch, 1, 1], or [batch, length, 1] where each query has a gate of its own, as <see cref="TokenMean"/>
/// gives in a causal pass; null for 1.
/// </param>
public readonly record struct KeysAndValues(Tensor Keys, Tensor Values, Tensor? Gate = null);
