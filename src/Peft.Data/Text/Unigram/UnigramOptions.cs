namespace Peft.Data;

/// <summary>How a <see cref="UnigramTokenizer"/> normalises a text and adds special tokens.</summary>
internal sealed record UnigramOptions
{
    /// <summary>The steps of normalisation, in their order.</summary>
    public IReadOnlyList<NormalizerStep> Steps { get; init; } = [];

    /// <summary>Whether a blank is put in front of a text, and of the text after an added token.</summary>
    public bool AddsPrefix { get; init; } = true;

    /// <summary>Whether blanks at the start are removed and others joined.</summary>
    public bool CollapsesBlanks { get; init; } = true;

    /// <summary>Whether blanks that follow one another are joined, at the start too.</summary>
    public bool JoinsBlanks { get; init; }

    /// <summary>Whether blanks at the end are removed.</summary>
    public bool StripsEnd { get; init; } = true;

    /// <summary>Whether every kind of white space is a blank, not only the space.</summary>
    public bool SplitsAtBlanks { get; init; }

    /// <summary>The model's longest sequence in tokens (<c>model_max_length</c>), for information.</summary>
    public int? ModelMaxLength { get; init; }

    public string ClassToken { get; init; } = "<s>";

    public string SeparatorToken { get; init; } = "</s>";

    public string PadToken { get; init; } = "<pad>";

    public string UnknownToken { get; init; } = "<unk>";

    public string MaskToken { get; init; } = "<mask>";

    /// <summary>The template of one text; null for <c>&lt;s&gt; A &lt;/s&gt;</c>.</summary>
    public string? SingleTemplate { get; init; }

    /// <summary>The template of two texts; null for <c>&lt;s&gt; A &lt;/s&gt; &lt;/s&gt; B &lt;/s&gt;</c>.</summary>
    public string? PairTemplate { get; init; }

    /// <summary>The rules of added tokens.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>The options with the special tokens that files name.</summary>
    public UnigramOptions With(SpecialTokenNames names) => this with
    {
        ClassToken = names["cls_token"] ?? ClassToken,
        SeparatorToken = names["sep_token"] ?? SeparatorToken,
        PadToken = names["pad_token"] ?? PadToken,
        UnknownToken = names["unk_token"] ?? UnknownToken,
        MaskToken = names["mask_token"] ?? MaskToken,
    };

    /// <summary>The options with further tokens, which are recognised in the normalised text and are not special.</summary>
    public UnigramOptions With(IReadOnlyList<string>? further) => further is null or []
        ? this
        : this with { AddedTokens = [.. AddedTokens, .. further.Select(token => new AddedToken(token) { Special = false })] };
}
