namespace Peft.Data;

/// <summary>The settings of a WordPiece tokenizer in a <c>tokenizer_config.json</c>.</summary>
internal static class TokenizerConfigJson
{
    public static WordPieceOptions Apply(WordPieceOptions options, JsonFile file)
    {
        TokenizerConfigFields.Check(file);
        var root = file.Root;
        return options with
        {
            LowerCase = file.Flag(root, "do_lower_case") ?? options.LowerCase,
            StripAccents = file.Flag(root, "strip_accents") ?? options.StripAccents,
            SplitIdeographs = file.Flag(root, "tokenize_chinese_chars") ?? options.SplitIdeographs,
            ModelMaxLength = ModelMaxLength(file) ?? options.ModelMaxLength,
        };
    }

    /// <summary>The options with the special tokens that files name.</summary>
    public static WordPieceOptions Apply(WordPieceOptions options, SpecialTokenNames names) => options with
    {
        UnknownToken = names["unk_token"] ?? options.UnknownToken,
        ClassToken = names["cls_token"] ?? options.ClassToken,
        SeparatorToken = names["sep_token"] ?? options.SeparatorToken,
        PadToken = names["pad_token"] ?? options.PadToken,
        MaskToken = names["mask_token"] ?? options.MaskToken,
    };

    /// <summary>The file's limit, if it has one.</summary>
    public static int? ModelMaxLength(JsonFile file)
    {
        // Hugging Face writes 1e30 for no limit.
        if (file.Number(file.Root, "model_max_length") is not { } length || length > int.MaxValue) return null;
        if (length >= 1 && length == Math.Floor(length)) return (int)length;
        throw file.Wrong("model_max_length", "a whole number of at least 1", JsonFile.Value(file.Root, "model_max_length")!.Value);
    }
}
