namespace Peft;

/// <summary>Marks a partial method of a backbone layer as the place where methods may add keys and values to a self-attention.</summary>
/// <remarks>
/// You write:
/// <code>
/// [AttentionSite(Site.Attention, nameof(key))]
/// private partial AttentionInputs Attend(Tensor hidden, AttentionInputs own);
/// </code>
/// You get: an <see cref="AttentionPoint"/> for the layer, listed by <see cref="IInjectionHost"/>, and the method's body. It prepends every
/// attached method's keys and values to the layer's own, and lets every token attend to them.
/// </remarks>
/// <param name="site">The site.</param>
/// <param name="key">The name of the field with the key projection, whose rows are the width of keys and values.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AttentionSiteAttribute(Site site, string key) : Attribute
{
    /// <summary>The site.</summary>
    public Site Site { get; } = site;

    /// <summary>The field with the key projection.</summary>
    public string Key { get; } = key;
}
