namespace Peft.Data;

/// <summary>The settings of a byte-level BPE tokenizer in <c>tokenizer_config.json</c> and the files that name special tokens.</summary>
internal static class BytePairConfigJson
{
    public static BytePairOptions Apply(BytePairOptions options, JsonFile file)
    {
        TokenizerConfigFields.Check(file);
        return options with
        {
            AddPrefixSpace = file.Flag(file.Root, "add_prefix_space") ?? options.AddPrefixSpace,
            TrimOffsets = file.Flag(file.Root, "trim_offsets") ?? options.TrimOffsets,
            ModelMaxLength = TokenizerConfigJson.ModelMaxLength(file) ?? options.ModelMaxLength,
        };
    }

    /// <summary>The options with the special tokens that files name.</summary>
    public static BytePairOptions Apply(BytePairOptions options, SpecialTokenNames names)
    {
        var mask = names["mask_token"] ?? options.MaskToken;
        return options with
        {
            UnknownToken = names["unk_token"] ?? options.UnknownToken,
            EndToken = names["eos_token"] ?? options.EndToken,
            PadToken = names["pad_token"] ?? options.PadToken,
            MaskToken = mask,
            ClassToken = names["cls_token"] ?? options.ClassToken,
            SeparatorToken = names["sep_token"] ?? options.SeparatorToken,
            SingleTemplate = Renamed(options.SingleTemplate, options, names),
            PairTemplate = Renamed(options.PairTemplate, options, names),
            AddedTokens = [.. options.AddedTokens.Select(token => token.Content == options.MaskToken && mask is not null
                ? token with { Content = mask } : token)],
        };
    }

    /// <summary>A template with the files' first and separating tokens.</summary>
    private static string Renamed(string template, BytePairOptions options, SpecialTokenNames names)
    {
        string Name(string item) =>
            item == options.ClassToken ? names["cls_token"] ?? item
            : item == options.SeparatorToken ? names["sep_token"] ?? item
            : item;
        return string.Join(' ', template.Split(' ').Select(Name));
    }
}
