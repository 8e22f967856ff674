namespace Peft;

/// <summary>A method that consists of others, each acting at its own sites: see <see cref="PartAttribute"/>.</summary>
public abstract class CompositeMethod : AdaptationMethod
{
    private protected override void SetDimensions(SiteDimensions dimensions) =>
        throw new NotSupportedException("a composite is attached by its parts");
}
