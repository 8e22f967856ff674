namespace Peft;

/// <summary>Marks a partial method of a backbone layer as a linear map that methods may adapt.</summary>
/// <remarks>
/// You write:
/// <code>
/// [ProjectionSite(Site.Query, nameof(query))]
/// private partial Tensor Query(Tensor x);
/// </code>
/// You get: a <see cref="ProjectionPoint"/> for the layer, listed by <see cref="IInjectionHost"/>, and the method's body, which
/// runs the linear map and then every attached method.
/// </remarks>
/// <param name="site">The site.</param>
/// <param name="linear">The name of the field with the <c>Linear</c>; also its name in checkpoints.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProjectionSiteAttribute(Site site, string linear) : Attribute
{
    /// <summary>The site.</summary>
    public Site Site { get; } = site;

    /// <summary>The field with the linear map.</summary>
    public string Linear { get; } = linear;
}
