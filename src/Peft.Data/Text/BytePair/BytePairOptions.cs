namespace Peft.Data;

/// <summary>
/// How a <see cref="BytePairTokenizer"/> adds special tokens and splits text. <see cref="Gpt2"/> and <see cref="Roberta"/> are the two
/// models' own settings; the default is GPT-2's.
/// </summary>
public sealed record BytePairOptions
{
    /// <summary>GPT-2: no tokens are added. <c>&lt;|endoftext|&gt;</c> is the end token, the padding token and the unknown token.</summary>
    public static BytePairOptions Gpt2 { get; } = new();

    /// <summary>
    /// RoBERTa: <c>&lt;s&gt; A &lt;/s&gt;</c>, pairs <c>&lt;s&gt; A &lt;/s&gt; &lt;/s&gt; B &lt;/s&gt;</c> with one type id;
    /// <c>&lt;mask&gt;</c> includes the blanks before it.
    /// </summary>
    public static BytePairOptions Roberta { get; } = new()
    {
        ClassToken = "<s>",
        SeparatorToken = "</s>",
        EndToken = "</s>",
        PadToken = "<pad>",
        UnknownToken = "<unk>",
        MaskToken = "<mask>",
        SingleTemplate = "<s> $A </s>",
        PairTemplate = "<s> $A </s> </s> $B </s>",
        TrimOffsets = true,
        AddedTokens = [new AddedToken("<mask>") { StripLeft = true }],
    };

    /// <summary>
    /// Prepend a space to a text, and to the text after an added token, if it does not start with one, so that its first word is encoded as
    /// inside a sentence (<c>add_prefix_space</c>).
    /// </summary>
    public bool AddPrefixSpace { get; init; }

    /// <summary>Exclude the blank before a word from its token's offsets (<c>trim_offsets</c>).</summary>
    public bool TrimOffsets { get; init; }

    /// <summary>Recognise special tokens that are written in a text; otherwise they are encoded like other text.</summary>
    public bool SpecialTokensInText { get; init; } = true;

    /// <summary>Encode a text of only blanks; otherwise it gives no tokens, as in Hugging Face's older Python tokenizers.</summary>
    public bool KeepBlankTexts { get; init; } = true;

    /// <summary>The model's longest sequence in tokens (<c>model_max_length</c>), for information.</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary>The first token of every sequence, if the model has one.</summary>
    public string? ClassToken { get; init; }

    /// <summary>The token between and after texts, if the model has one.</summary>
    public string? SeparatorToken { get; init; }

    /// <summary>The token that ends a generated text.</summary>
    public string? EndToken { get; init; } = "<|endoftext|>";

    /// <summary>The padding token; <see langword="null"/>: <see cref="EndToken"/>.</summary>
    public string? PadToken { get; init; }

    /// <summary>The token of bytes that are missing in the vocabulary. A complete vocabulary does not need it.</summary>
    public string? UnknownToken { get; init; } = "<|endoftext|>";

    /// <summary>The mask token of masked language modelling, if the model has one.</summary>
    public string? MaskToken { get; init; }

    /// <summary>
    /// The template for one text: tokens and <c>$A</c>, separated by blanks, each followed by <c>:1</c> if its type id is 1.
    /// </summary>
    public string SingleTemplate { get; init; } = "$A";

    /// <summary>The template for two texts, <c>$A</c> and <c>$B</c>.</summary>
    public string PairTemplate { get; init; } = "$A $B:1";

    /// <summary>More tokens of the vocabulary that are recognised anywhere in a text, or how to recognise the ones above.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>The options with further tokens, which are recognised in the normalised text and are not special.</summary>
    internal BytePairOptions With(IReadOnlyList<string>? further) => further is null or []
        ? this
        : this with { AddedTokens = [.. AddedTokens, .. further.Select(token => new AddedToken(token) { Special = false })] };
}
