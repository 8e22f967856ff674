namespace Peft;

/// <summary>What a method's formula sees at a site.</summary>
public enum SiteKind
{
    /// <summary>The input and the output of a linear map.</summary>
    Projection,

    /// <summary>The hidden stream, the residual beside it and the norm behind both.</summary>
    Stream,
}

/// <summary>Facts about sites.</summary>
public static class Sites
{
    /// <summary>The kind of a site.</summary>
    /// <param name="site">The site.</param>
    /// <returns>Whether methods see a linear map or the hidden stream there.</returns>
    public static SiteKind KindOf(Site site) => site switch
    {
        Site.AfterAttention or Site.AfterFeedForward or Site.BeforeFeedForwardDropout => SiteKind.Stream,
        _ => SiteKind.Projection,
    };

    /// <summary>All sites of a kind, in the order in which a layer's forward pass meets them.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The sites.</returns>
    public static IReadOnlyList<Site> Of(SiteKind kind) => [.. Enum.GetValues<Site>().Where(site => KindOf(site) == kind)];
}
