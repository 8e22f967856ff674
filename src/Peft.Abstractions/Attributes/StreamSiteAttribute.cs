namespace Peft;

/// <summary>Marks a partial method of a backbone layer as a point of the hidden stream that methods may adapt.</summary>
/// <remarks>
/// You write:
/// <code>
/// [StreamSite(Site.AfterFeedForward, nameof(LayerNorm))]
/// private partial Tensor AfterFeedForward(Tensor hidden, Tensor residual);
/// </code>
/// You get: a <see cref="StreamPoint"/> for the layer, listed by <see cref="IInjectionHost"/>, and the method's body, which runs
/// every attached method.
/// </remarks>
/// <param name="site">The site.</param>
/// <param name="norm">The name of the field with the <c>LayerNorm</c> after the residual sum.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StreamSiteAttribute(Site site, string norm) : Attribute
{
    /// <summary>The site.</summary>
    public Site Site { get; } = site;

    /// <summary>The field with the norm.</summary>
    public string Norm { get; } = norm;
}
