namespace Peft;

/// <summary>Marks a partial method of a backbone as the place where methods may put virtual tokens in front of a sequence.</summary>
/// <remarks>
/// You write:
/// <code>
/// [EmbeddingSite(Site.WordEmbeddings, nameof(word_embeddings))]
/// private partial Tensor Prepend(Tensor words);
/// </code>
/// You get: an <see cref="EmbeddingPoint"/> for the backbone, listed by <see cref="IInjectionHost"/>, and the method's body, which puts
/// every attached method's embeddings in front. The backbone extends its mask and positions by as many tokens and drops their states at
/// its end.
/// </remarks>
/// <param name="site">The site offered.</param>
/// <param name="embedding">The name of the field that holds the word <c>Embedding</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EmbeddingSiteAttribute(Site site, string embedding) : Attribute
{
    /// <summary>The site offered.</summary>
    public Site Site { get; } = site;

    /// <summary>The field that holds the word embedding.</summary>
    public string Embedding { get; } = embedding;
}
