namespace Peft;

/// <summary>A baseline that adds no parameters and trains those of the backbone.</summary>
/// <remarks>It cannot be mixed, merged, disabled or combined with other adapters, because the backbone is no longer frozen.</remarks>
public abstract class UnfreezingMethod : AdaptationMethod
{
    /// <summary>Selects the parameters to train. The head is always trained.</summary>
    /// <param name="parameter">A parameter of the backbone.</param>
    /// <returns>Whether it is trained.</returns>
    protected abstract bool Trains(BackboneParameter parameter);

    internal bool Asks(BackboneParameter parameter) => Trains(parameter);

    private protected override void SetDimensions(SiteDimensions dimensions) =>
        throw new NotSupportedException("an unfreezing method has no site");
}

/// <summary>A parameter of a backbone, as an <see cref="UnfreezingMethod"/> sees it.</summary>
/// <param name="Name">Its name in checkpoints.</param>
/// <param name="Layer">The layer it belongs to, from 0; -1 for embeddings and what comes after the layers.</param>
/// <param name="Layers">The number of layers.</param>
public readonly record struct BackboneParameter(string Name, int Layer, int Layers)
{
    /// <summary>
    /// Whether it comes after the first layer in the backbone's list of parameters and belongs to no layer, such as a final norm or a
    /// pooler. False for embeddings: a backbone registers its modules in the order in which it calls them.
    /// </summary>
    public bool FollowsLayers { get; init; }
}
