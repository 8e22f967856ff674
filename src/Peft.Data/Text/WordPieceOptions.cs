namespace Peft.Data;

/// <summary>How a <see cref="WordPieceTokenizer"/> cleans and splits text. The defaults are BERT's uncased rules.</summary>
public sealed record WordPieceOptions
{
    /// <summary>Whether to lower-case the text (<c>do_lower_case</c>).</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Whether to strip accents (<c>strip_accents</c>); <see langword="null"/>: the same as lower-casing.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether each CJK ideograph is a separate word (<c>tokenize_chinese_chars</c>).</summary>
    public bool SplitIdeographs { get; init; } = true;

    /// <summary>The longest word, in code points. Longer words become the unknown token.</summary>
    public int MaxWordLength { get; init; } = 100;

    /// <summary>The model's longest sequence in tokens (<c>model_max_length</c>), for information.</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary>The token of words that the vocabulary cannot represent.</summary>
    public string UnknownToken { get; init; } = "[UNK]";

    /// <summary>The first token of every sequence.</summary>
    public string ClassToken { get; init; } = "[CLS]";

    /// <summary>The token after each text.</summary>
    public string SeparatorToken { get; init; } = "[SEP]";

    /// <summary>The padding token.</summary>
    public string PadToken { get; init; } = "[PAD]";

    /// <summary>The mask token of masked language modelling.</summary>
    public string MaskToken { get; init; } = "[MASK]";

    /// <summary>More tokens of the vocabulary that are recognised anywhere in a text, or how to recognise the ones above.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>The options with further tokens, which are recognised in the normalised text and are not special.</summary>
    internal WordPieceOptions With(IReadOnlyList<string>? further) => further is null or []
        ? this
        : this with { AddedTokens = [.. AddedTokens, .. further.Select(token => new AddedToken(token) { Special = false })] };
}
