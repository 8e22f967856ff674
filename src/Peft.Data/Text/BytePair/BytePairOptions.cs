namespace Peft.Data;

/// <summary>
/// How a <see cref="BytePairTokenizer"/> frames and splits text. <see cref="Gpt2"/> and <see cref="Roberta"/> are the two models' own; the
/// default is GPT-2's.
/// </summary>
public sealed record BytePairOptions
{
    /// <summary>GPT-2: nothing is added; <c>&lt;|endoftext|&gt;</c> ends a text, fills up a batch and stands for what is unknown.</summary>
    public static BytePairOptions Gpt2 { get; } = new();

    /// <summary>
    /// RoBERTa: <c>&lt;s&gt; A &lt;/s&gt;</c>, pairs <c>&lt;s&gt; A &lt;/s&gt; &lt;/s&gt; B &lt;/s&gt;</c> with one type id; blanks before
    /// <c>&lt;mask&gt;</c>
    /// belong to it.
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
    /// Put a blank before a text that begins with none, so that its first word is spelt as inside a sentence (<c>add_prefix_space</c>).
    /// </summary>
    public bool AddPrefixSpace { get; init; }

    /// <summary>Leave the blank that begins a word out of its token's offsets (<c>trim_offsets</c>).</summary>
    public bool TrimOffsets { get; init; }

    /// <summary>Special tokens written out in a text count as those tokens; otherwise they are spelt like any other text.</summary>
    public bool SpecialTokensInText { get; init; } = true;

    /// <summary>Encode a text of blanks alone; otherwise it gives no tokens, as with Hugging Face's older Python tokenizers.</summary>
    public bool KeepBlankTexts { get; init; } = true;

    /// <summary>The model's longest sequence in tokens (<c>model_max_length</c>), for information.</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary>The first token of every sequence, where the model has one.</summary>
    public string? ClassToken { get; init; }

    /// <summary>The token between and after texts, where the model has one.</summary>
    public string? SeparatorToken { get; init; }

    /// <summary>The token that ends a generated text.</summary>
    public string? EndToken { get; init; } = "<|endoftext|>";

    /// <summary>The token that fills up a batch; <see langword="null"/>: <see cref="EndToken"/>.</summary>
    public string? PadToken { get; init; }

    /// <summary>The token of bytes that the vocabulary lacks. A complete vocabulary never needs it.</summary>
    public string? UnknownToken { get; init; } = "<|endoftext|>";

    /// <summary>The token that hides a word in masked language modelling, where the model has one.</summary>
    public string? MaskToken { get; init; }

    /// <summary>
    /// What stands around one text: tokens and <c>$A</c>, separated by blanks, each with <c>:1</c> behind it where its type id is 1.
    /// </summary>
    public string SingleTemplate { get; init; } = "$A";

    /// <summary>The same for two texts, <c>$A</c> and <c>$B</c>.</summary>
    public string PairTemplate { get; init; } = "$A $B:1";

    /// <summary>
    /// Further tokens of the vocabulary that count as themselves wherever a text holds them, or how the ones above are to be found.
    /// </summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];
}
