using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that gives a self-attention keys and values to attend to beside those of the tokens.</summary>
/// <remarks>Positions of the tokens do not move, and every token sees all of them, also in a causal attention.</remarks>
public abstract class AttentionMethod : AdaptationMethod
{
    /// <summary>The width of keys and values, all heads together.</summary>
    protected int Hidden { get; private set; }

    /// <summary>The formula.</summary>
    /// <param name="hidden">What the layer reads, [batch, length, Hidden].</param>
    /// <returns>Keys and values, each [batch or 1, added, Hidden], the heads side by side as the layer's own projections have them.</returns>
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
public readonly record struct KeysAndValues(Tensor Keys, Tensor Values);
