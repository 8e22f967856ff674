namespace Peft;

/// <summary>Marks a partial method of a backbone as the place where methods may prepend virtual tokens to a sequence.</summary>
/// <remarks>
/// You write:
/// <code>
/// [EmbeddingSite(Site.WordEmbeddings, nameof(word_embeddings))]
/// private partial Tensor Prepend(Tensor words);
/// </code>
/// You get: an <see cref="EmbeddingPoint"/> for the backbone, listed by <see cref="IInjectionHost"/>, and the method's body, which prepends
/// every attached method's embeddings. The backbone extends its mask and positions by as many tokens, and removes their states after its
/// last layer.
/// </remarks>
/// <param name="site">The site.</param>
/// <param name="embedding">The name of the field with the word <c>Embedding</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EmbeddingSiteAttribute(Site site, string embedding) : Attribute
{
    /// <summary>The site.</summary>
    public Site Site { get; } = site;

    /// <summary>The field with the word embedding.</summary>
    public string Embedding { get; } = embedding;
}
