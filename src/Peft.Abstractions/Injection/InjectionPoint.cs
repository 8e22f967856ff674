namespace Peft;

/// <summary>One site of one layer of a backbone, to which methods are attached at run time.</summary>
/// <remarks>The generator creates one for each annotated site of a backbone; other code does not create any.</remarks>
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

    /// <summary>Whether no method is attached. The point then costs one comparison.</summary>
    public bool IsEmpty => Split is null ? HasNoMethod : Split.Parts.All(part => part.Point.HasNoMethod);

    /// <summary>
    /// Whether, for every enabled attached method, the result of a token depends only on that token
    /// (<see cref="AdaptationMethod.IsTokenwise"/>).
    /// </summary>
    public bool IsTokenwise => Split is null ? MethodsAreTokenwise : Split.Parts.All(part => part.Point.MethodsAreTokenwise);

    /// <summary>How the rows of the pass in progress are split among models; null if all of them belong to this point's model.</summary>
    internal RowSplit? Split { get; set; }

    private protected abstract bool HasNoMethod { get; }

    private protected abstract bool MethodsAreTokenwise { get; }

    /// <summary>The sizes that shapes of trainables may refer to.</summary>
    internal abstract SiteDimensions Dimensions { get; }

    /// <summary>Gives a method what it needs of the site, before its trainables are created.</summary>
    internal virtual void Prepare(AdaptationMethod method)
    {
    }

    internal abstract void Attach(AdaptationMethod method);

    internal abstract void Detach(AdaptationMethod method);
}
