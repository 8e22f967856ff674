namespace Peft;

/// <summary>One site of one layer of a backbone, to which methods are attached at run time.</summary>
/// <remarks>The generator creates one for each site that a backbone's author annotates; nobody else does.</remarks>
public abstract class InjectionPoint
{
    private protected InjectionPoint(Site site, string module)
    {
        Site = site;
        Module = module;
    }

    /// <summary>The site.</summary>
    public Site Site { get; }

    /// <summary>The module's name inside its host, as in the checkpoint ("query"); empty for a stream site.</summary>
    public string Module { get; }

    /// <summary>Whether no method is attached: the point then costs one comparison.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>
    /// Whether every attached method that is enabled gives each token a result of that token alone
    /// (<see cref="AdaptationMethod.IsTokenwise"/>).
    /// </summary>
    public abstract bool IsTokenwise { get; }

    /// <summary>The sizes that shapes of trainables may name.</summary>
    internal abstract SiteDimensions Dimensions { get; }

    /// <summary>Shows a method what it will act on, before its trainables are made.</summary>
    internal virtual void Prepare(AdaptationMethod method)
    {
    }

    internal abstract void Attach(AdaptationMethod method);

    internal abstract void Detach(AdaptationMethod method);
}
