namespace Peft;

/// <summary>A baseline that adds nothing and trains parameters of the backbone itself.</summary>
/// <remarks>It cannot be mixed, merged, disabled or attached beside another: there is no frozen backbone under it any more.</remarks>
public abstract class UnfreezingMethod : AdaptationMethod
{
    /// <summary>Which parameters are trained. The head always is.</summary>
    /// <param name="parameter">A parameter of the backbone.</param>
    /// <returns>Whether it is trained.</returns>
    protected abstract bool Trains(BackboneParameter parameter);

    internal bool Asks(BackboneParameter parameter) => Trains(parameter);

    private protected override void SetDimensions(SiteDimensions dimensions) =>
        throw new NotSupportedException("an unfreezing method has no site");
}

/// <summary>A parameter of a backbone, as an <see cref="UnfreezingMethod"/> sees it.</summary>
/// <param name="Name">Its name in checkpoints.</param>
/// <param name="Layer">The layer it belongs to, from 0; -1 for embeddings and what lies behind the layers.</param>
/// <param name="Layers">How many layers there are.</param>
public readonly record struct BackboneParameter(string Name, int Layer, int Layers);
