namespace Peft;

/// <summary>What a method's formula operates on at a site.</summary>
public enum SiteKind
{
    /// <summary>The input and the output of a linear map.</summary>
    Projection,

    /// <summary>The hidden stream, the residual added to it and the norm after both.</summary>
    Stream,

    /// <summary>Weight and bias of a LayerNorm.</summary>
    Norm,

    /// <summary>The hidden state that is the input of a self-attention; the method adds keys and values.</summary>
    Attention,

    /// <summary>Nothing; the method prepends embeddings of virtual tokens to a sequence.</summary>
    Embedding,

    /// <summary>No site: the method consists of others, which act at their own sites (<see cref="CompositeMethod"/>).</summary>
    Composite,

    /// <summary>No site: the backbone's own parameters, which the method unfreezes (<see cref="UnfreezingMethod"/>).</summary>
    Parameters,
}

/// <summary>Properties of sites.</summary>
public static class Sites
{
    /// <summary>The kind of a site.</summary>
    /// <param name="site">The site.</param>
    /// <returns>What methods operate on there.</returns>
    public static SiteKind KindOf(Site site) => site switch
    {
        Site.AfterAttention or Site.AfterFeedForward or Site.BeforeFeedForwardDropout => SiteKind.Stream,
        Site.EmbeddingNorm or Site.AttentionNorm or Site.FeedForwardNorm or Site.FinalNorm => SiteKind.Norm,
        Site.Attention => SiteKind.Attention,
        Site.WordEmbeddings => SiteKind.Embedding,
        _ => SiteKind.Projection,
    };

    /// <summary>All sites of a kind, in the order of a layer's forward pass.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The sites.</returns>
    public static IReadOnlyList<Site> OfKind(SiteKind kind) => [.. Enum.GetValues<Site>().Where(site => KindOf(site) == kind)];
}
