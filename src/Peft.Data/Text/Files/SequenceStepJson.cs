using System.Globalization;
using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads the tokens that a <c>post_processor</c> puts around texts, as templates of <see cref="SequenceTemplate"/>.</summary>
internal static class SequenceStepJson
{
    private const string Key = "post_processor";

    /// <summary>A template of a TemplateProcessing step.</summary>
    /// <param name="file">The file.</param>
    /// <param name="step">The step.</param>
    /// <param name="key">Which template: <c>single</c> or <c>pair</c>.</param>
    /// <param name="tokens">The vocabulary, by id.</param>
    public static string Template(JsonFile file, JsonElement step, string key, IReadOnlyList<string> tokens)
    {
        if (JsonFile.Value(step, key) is not { ValueKind: JsonValueKind.Array } parts)
            throw new TokenizerConfigException($"{file.Path}: '{Key}.{key}' must be a list of SpecialToken and Sequence.");
        var ids = JsonFile.Value(step, "special_tokens");
        if (ids is { ValueKind: not JsonValueKind.Object } other) throw file.Wrong($"{Key}.special_tokens", "an object of tokens", other);
        return string.Join(' ', parts.EnumerateArray().Select(part => Item(file, part, key, ids, tokens)));
    }

    /// <summary>A token that a step names as a list of its text and id.</summary>
    public static string Named(JsonFile file, JsonElement step, string key, IReadOnlyList<string> tokens)
    {
        if (JsonFile.Value(step, key) is not { ValueKind: JsonValueKind.Array } pair || pair.GetArrayLength() != 2
            || pair[0].ValueKind != JsonValueKind.String)
            throw new TokenizerConfigException($"{file.Path}: '{Key}.{key}' must be a list of a token and its id.");
        CheckId(file, $"{Key}.{key}", pair[0].GetString()!, pair[1], tokens);
        return pair[0].GetString()!;
    }

    private static string Item(JsonFile file, JsonElement part, string key, JsonElement? ids, IReadOnlyList<string> tokens)
    {
        var special = JsonFile.Value(part, "SpecialToken");
        var item = special ?? JsonFile.Value(part, "Sequence");
        if (item is not { } found || file.Text(found, "id", $"{Key}.{key}.id") is not { Length: > 0 } name
            || (special is null && name is not ("A" or "B")))
            throw new TokenizerConfigException(
                $"{file.Path}: '{Key}.{key}' must be a list of SpecialToken and Sequence, each with its id, found {Excerpt.Cut(part)}.");
        if (special is not null && ids is { } known && JsonFile.Value(known, name) is { } entry)
        {
            if (JsonFile.Value(entry, "ids") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() != 1)
                throw file.Wrong($"{Key}.special_tokens.{name}", "an object with one id in 'ids'", entry);
            CheckId(file, $"{Key}.special_tokens.{name}", name, list[0], tokens);
        }

        var type = file.Whole(found, "type_id", 0, 1, $"{Key}.{key}.type_id") ?? 0;
        return string.Create(CultureInfo.InvariantCulture, $"{(special is null ? "$" : "")}{name}:{type}");
    }

    private static void CheckId(JsonFile file, string key, string token, JsonElement value, IReadOnlyList<string> tokens)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var id) || id < 0)
            throw file.Wrong(key, "a token with a whole number of at least 0 as its id", value);
        if (id >= tokens.Count || tokens[id] != token)
            throw new TokenizerConfigException(
                $"{file.Path}: '{Key}' gives the token '{Excerpt.Cut(token)}' id {id}, which the vocabulary gives to "
                + $"{(id < tokens.Count ? $"'{Excerpt.Cut(tokens[id])}'" : "no token")}. Take all files from the same model.");
    }
}
