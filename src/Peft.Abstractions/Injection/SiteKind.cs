namespace Peft;

/// <summary>What a method's formula sees at a site.</summary>
public enum SiteKind
{
    /// <summary>The input and the output of a linear map.</summary>
    Projection,

    /// <summary>The hidden stream, the residual beside it and the norm behind both.</summary>
    Stream,

    /// <summary>Weight and bias of a LayerNorm.</summary>
    Norm,

    /// <summary>The hidden state that a self-attention reads; the method adds keys and values.</summary>
    Attention,

    /// <summary>Nothing; the method adds embeddings of virtual tokens in front of a sequence.</summary>
    Embedding,

    /// <summary>No site: other methods, which act at theirs (<see cref="CompositeMethod"/>).</summary>
    Composite,

    /// <summary>No site: the backbone's own parameters, which the method unfreezes (<see cref="UnfreezingMethod"/>).</summary>
    Parameters,
}

/// <summary>Facts about sites.</summary>
public static class Sites
{
    /// <summary>The kind of a site.</summary>
    /// <param name="site">The site.</param>
    /// <returns>What methods see there.</returns>
    public static SiteKind KindOf(Site site) => site switch
    {
        Site.AfterAttention or Site.AfterFeedForward or Site.BeforeFeedForwardDropout => SiteKind.Stream,
        Site.EmbeddingNorm or Site.AttentionNorm or Site.FeedForwardNorm or Site.FinalNorm => SiteKind.Norm,
        Site.Attention => SiteKind.Attention,
        Site.WordEmbeddings => SiteKind.Embedding,
        _ => SiteKind.Projection,
    };

    /// <summary>All sites of a kind, in the order in which a layer's forward pass meets them.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The sites.</returns>
    public static IReadOnlyList<Site> Of(SiteKind kind) => [.. Enum.GetValues<Site>().Where(site => KindOf(site) == kind)];
}
