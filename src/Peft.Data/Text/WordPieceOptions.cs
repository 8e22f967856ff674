namespace Peft.Data;

/// <summary>How a <see cref="WordPieceTokenizer"/> cleans and splits text. The defaults are BERT's uncased rules.</summary>
public sealed record WordPieceOptions
{
    /// <summary>Lower-case the text (<c>do_lower_case</c>).</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Strip accents (<c>strip_accents</c>); <see langword="null"/>: exactly when lower-casing.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Make each CJK ideograph a word (<c>tokenize_chinese_chars</c>).</summary>
    public bool SplitIdeographs { get; init; } = true;

    /// <summary>Longer words, in code points, become the unknown token.</summary>
    public int MaxWordLength { get; init; } = 100;

    /// <summary>The model's longest sequence in tokens (<c>model_max_length</c>), for information.</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary>The token of words that the vocabulary cannot spell.</summary>
    public string UnknownToken { get; init; } = "[UNK]";

    /// <summary>The first token of every sequence.</summary>
    public string ClassToken { get; init; } = "[CLS]";

    /// <summary>The token after each text.</summary>
    public string SeparatorToken { get; init; } = "[SEP]";

    /// <summary>The token that fills up a batch.</summary>
    public string PadToken { get; init; } = "[PAD]";

    /// <summary>The token that hides a word in masked language modelling.</summary>
    public string MaskToken { get; init; } = "[MASK]";

    /// <summary>Further tokens of the vocabulary that count as themselves wherever a text holds them.</summary>
    public IReadOnlyList<string> AddedTokens { get; init; } = [];
}
