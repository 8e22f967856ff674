namespace Peft;

/// <summary>Marks a partial method of a backbone layer as a LayerNorm that methods may adapt.</summary>
/// <remarks>
/// You write:
/// <code>
/// [NormSite(Site.AttentionNorm, nameof(LayerNorm))]
/// private partial Tensor Normalize(Tensor x);
/// </code>
/// You get: a <see cref="NormPoint"/> for the layer, listed by <see cref="IInjectionHost"/>, and the method's body, which runs the norm
/// with the weight and bias from the attached methods.
/// </remarks>
/// <param name="site">The site.</param>
/// <param name="norm">The name of the field with the <c>LayerNorm</c>; also its name in checkpoints.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NormSiteAttribute(Site site, string norm) : Attribute
{
    /// <summary>The site.</summary>
    public Site Site { get; } = site;

    /// <summary>The field with the norm.</summary>
    public string Norm { get; } = norm;
}
