namespace Peft.Data;

/// <summary>A token that counts as itself wherever a text holds it, whatever is around it.</summary>
/// <param name="Content">How it is written.</param>
public sealed record AddedToken(string Content)
{
    /// <summary>Blanks before it belong to it (<c>lstrip</c>).</summary>
    public bool StripLeft { get; init; }

    /// <summary>Blanks after it belong to it (<c>rstrip</c>).</summary>
    public bool StripRight { get; init; }

    /// <summary>It counts only where neither a letter, a digit nor an underscore touches it (<c>single_word</c>).</summary>
    public bool SingleWord { get; init; }

    /// <summary>Decoding may leave it out (<c>special</c>).</summary>
    public bool Special { get; init; } = true;
}
