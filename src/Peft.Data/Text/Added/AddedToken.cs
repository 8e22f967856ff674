namespace Peft.Data;

/// <summary>A token that is recognised anywhere in a text, before the text is split.</summary>
/// <param name="Content">Its text.</param>
public sealed record AddedToken(string Content)
{
    /// <summary>It includes the blanks before it (<c>lstrip</c>).</summary>
    public bool StripLeft { get; init; }

    /// <summary>It includes the blanks after it (<c>rstrip</c>).</summary>
    public bool StripRight { get; init; }

    /// <summary>It is recognised only without adjacent letters, digits, accents and underscores (<c>single_word</c>).</summary>
    public bool SingleWord { get; init; }

    /// <summary>Decoding can skip it (<c>special</c>).</summary>
    public bool Special { get; init; } = true;

    /// <summary>
    /// It is recognised in the normalised text, for example in lower case, instead of the text as it was given (<c>normalized</c>);
    /// <see langword="null"/>: only if it is not <see cref="Special"/>.
    /// </summary>
    public bool? Normalized { get; init; }

    /// <summary>Whether the normalised text is searched.</summary>
    internal bool IsNormalized => Normalized ?? !Special;
}
