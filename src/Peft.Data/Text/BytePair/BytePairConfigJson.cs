using System.Globalization;
using System.Text.Json;

namespace Peft.Data;

/// <summary>The settings of a byte-level BPE tokenizer in a <c>tokenizer_config.json</c>.</summary>
internal static class BytePairConfigJson
{
    public static BytePairOptions Apply(BytePairOptions options, JsonFile file)
    {
        var root = file.Root;
        var mask = file.Token(root, "mask_token") ?? options.MaskToken;
        var added = AddedTokens(file);
        return options with
        {
            AddPrefixSpace = file.Flag(root, "add_prefix_space") ?? options.AddPrefixSpace,
            TrimOffsets = file.Flag(root, "trim_offsets") ?? options.TrimOffsets,
            ModelMaxLength = TokenizerConfigJson.ModelMaxLength(file) ?? options.ModelMaxLength,
            UnknownToken = file.Token(root, "unk_token") ?? options.UnknownToken,
            EndToken = file.Token(root, "eos_token") ?? options.EndToken,
            PadToken = file.Token(root, "pad_token") ?? options.PadToken,
            MaskToken = mask,
            ClassToken = file.Token(root, "cls_token") ?? options.ClassToken,
            SeparatorToken = file.Token(root, "sep_token") ?? options.SeparatorToken,
            SingleTemplate = Renamed(options.SingleTemplate, options, file),
            PairTemplate = Renamed(options.PairTemplate, options, file),
            AddedTokens = added.Count > 0
                ? [.. added.Select(token => token.Token)]
                : [.. options.AddedTokens.Select(token => token.Content == options.MaskToken && mask is not null
                    ? token with { Content = mask } : token)],
        };
    }

    /// <summary>The tokens of <c>added_tokens_decoder</c>, by id.</summary>
    public static List<(int Id, AddedToken Token)> AddedTokens(JsonFile file)
    {
        var tokens = new List<(int, AddedToken)>();
        if (JsonFile.Value(file.Root, "added_tokens_decoder") is not { ValueKind: JsonValueKind.Object } list) return tokens;
        foreach (var property in list.EnumerateObject())
        {
            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw new TokenizerConfigException($"{file.Path}: 'added_tokens_decoder.{property.Name}': expected an id as the key.");
            if (BytePairJson.AddedToken(file, property.Value) is { } token) tokens.Add((id, token));
        }

        return tokens;
    }

    /// <summary>A template with the file's first and separating tokens.</summary>
    private static string Renamed(string template, BytePairOptions options, JsonFile file)
    {
        string Name(string item) =>
            item == options.ClassToken ? file.Token(file.Root, "cls_token") ?? item
            : item == options.SeparatorToken ? file.Token(file.Root, "sep_token") ?? item
            : item;
        return string.Join(' ', template.Split(' ').Select(Name));
    }
}
