using System.Globalization;
using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads the lists of added tokens, which name their rules.</summary>
internal static class AddedTokenJson
{
    private const string Decoder = "added_tokens_decoder", List = "added_tokens";

    /// <summary>Whether a <c>tokenizer_config.json</c> lists added tokens.</summary>
    public static bool HasDecoder(JsonFile? config) =>
        config is not null && JsonFile.Value(config.Root, Decoder) is { ValueKind: JsonValueKind.Object };

    /// <summary>The tokens of <c>added_tokens_decoder</c> in a <c>tokenizer_config.json</c>.</summary>
    public static IEnumerable<(int Id, AddedToken Token)> OfConfig(JsonFile file)
    {
        if (JsonFile.Value(file.Root, Decoder) is not { } list) yield break;
        if (list.ValueKind != JsonValueKind.Object) throw file.Wrong(Decoder, "an object of id: token", list);
        foreach (var property in list.EnumerateObject())
        {
            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw new TokenizerConfigException($"{file.Path}: '{Decoder}.{property.Name}': expected an id as the key.");
            if (Read(file, property.Value, $"{Decoder}.{property.Name}") is { } token) yield return (id, token);
        }
    }

    /// <summary>The tokens of <c>added_tokens</c> in a <c>tokenizer.json</c>.</summary>
    public static IEnumerable<(int Id, AddedToken Token)> OfTokenizer(JsonFile file)
    {
        if (JsonFile.Value(file.Root, List) is not { } list) yield break;
        if (list.ValueKind != JsonValueKind.Array) throw file.Wrong(List, "a list of tokens", list);
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var key = $"{List}[{index++}]";
            if (JsonFile.Value(item, "id") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var id))
                throw new TokenizerConfigException($"{file.Path}: '{key}.id' must be a whole number. Fetch the file again or correct it.");
            if (Read(file, item, key) is { } token) yield return (id, token);
        }
    }

    /// <summary>A token with its rules. Null for an empty text, which the reference ignores.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="item">The object.</param>
    /// <param name="key">Its path in the file.</param>
    /// <param name="isSpecial">Whether the token is special if the object does not say so.</param>
    public static AddedToken? Read(JsonFile file, JsonElement item, string key, bool isSpecial = false)
    {
        if (JsonFile.Value(item, "content") is not { ValueKind: JsonValueKind.String } content)
            throw new TokenizerConfigException(
                $"{file.Path}: '{Excerpt.Cut(key)}' must be an object with the token's text in 'content'. Fetch the file again or "
                    + "correct it.");
        if (content.GetString() is not { Length: > 0 } text) return null;
        return new AddedToken(text)
        {
            StripLeft = file.Flag(item, "lstrip") ?? false,
            StripRight = file.Flag(item, "rstrip") ?? false,
            SingleWord = file.Flag(item, "single_word") ?? false,
            Special = file.Flag(item, "special") ?? isSpecial,
            Normalized = file.Flag(item, "normalized"),
        };
    }
}
