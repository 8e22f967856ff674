using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that puts embeddings of virtual tokens in front of a sequence.</summary>
/// <remarks>The backbone treats them as words: positions and the norm come after. Their states are dropped behind the last layer.</remarks>
public abstract class EmbeddingMethod : AdaptationMethod
{
    /// <summary>The width of an embedding.</summary>
    protected int Hidden { get; private set; }

    /// <summary>
    /// Whether the virtual tokens take the first positions and those of the real tokens move up; otherwise real tokens keep theirs and the
    /// virtual ones have none.
    /// </summary>
    protected internal virtual bool ShiftsPositions => true;

    /// <summary>The formula.</summary>
    /// <returns>Embeddings [virtual tokens, Hidden].</returns>
    protected abstract Tensor Apply();

    internal Tensor Run(bool training)
    {
        IsTraining = training;
        return Apply();
    }

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;
}
