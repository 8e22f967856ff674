namespace Peft.Training;

/// <summary>How the states of a text's tokens become one vector.</summary>
public enum SentencePooling
{
    /// <summary>The mean over the text's tokens, special tokens included, without padding.</summary>
    Mean,

    /// <summary>The state of the first token (<c>[CLS]</c>, <c>&lt;s&gt;</c>).</summary>
    Cls,
}

/// <summary>How a <see cref="SentenceEmbedder"/> computes vectors.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>How states become one vector.</summary>
    public SentencePooling Pooling { get; init; } = SentencePooling.Mean;

    /// <summary>Whether vectors are divided by their length, so that their product is the cosine of their angle.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Texts in a batch, at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The longest text in tokens, at least 3; null for the backbone's limit.</summary>
    public int? MaxLength { get; init; }
}

/// <summary>A text's vector.</summary>
/// <param name="Text">The text.</param>
/// <param name="Values">The vector.</param>
/// <param name="Tokens">The number of tokens that were read, special tokens included.</param>
/// <param name="ReachesLimit">Whether the text has as many tokens as may be read, so that it may have been cut.</param>
public sealed record TextEmbedding(string Text, IReadOnlyList<float> Values, int Tokens, bool ReachesLimit);
