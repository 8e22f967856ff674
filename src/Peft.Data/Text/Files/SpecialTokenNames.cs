using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// The special tokens that <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> name, as strings or with rules. As in
/// Transformers, the second file has precedence unless the first one lists <c>added_tokens_decoder</c>.
/// </summary>
internal sealed class SpecialTokenNames
{
    /// <summary>The order in which Transformers appends tokens that the vocabulary lacks.</summary>
    private static readonly string[] s_keys =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private static readonly string[] s_lists = ["additional_special_tokens", "extra_special_tokens"];
    private readonly Dictionary<string, NamedToken> _named = new(StringComparer.Ordinal);
    private readonly List<NamedToken> _more = [];

    public SpecialTokenNames(TokenizerFolder files)
    {
        JsonFile?[] byRank = AddedTokenJson.HasDecoder(files.Config) ? [files.Config, files.Special] : [files.Special, files.Config];
        foreach (var file in byRank.OfType<JsonFile>())
        {
            foreach (var key in s_keys)
            {
                if (JsonFile.Value(file.Root, key) is { } value && Read(file, key, value) is { } token) _named.TryAdd(key, token);
            }

            foreach (var key in s_lists)
            {
                if (JsonFile.Value(file.Root, key) is { } list) _more.AddRange(Items(file, key, list));
            }
        }
    }

    /// <summary>All tokens, in the order in which missing ones are appended.</summary>
    public IEnumerable<NamedToken> All => s_keys.Where(_named.ContainsKey).Select(key => _named[key]).Concat(_more)
        .DistinctBy(token => token.Token.Content, StringComparer.Ordinal);

    /// <summary>The token of a key such as <c>cls_token</c>, if a file names it.</summary>
    public string? this[string key] => _named.GetValueOrDefault(key)?.Token.Content;

    private static IEnumerable<NamedToken> Items(JsonFile file, string key, JsonElement list)
    {
        // Newer files have an object of name: token here.
        if (list.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)) throw file.Wrong(key, "a list of tokens", list);
        var items = list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()] : list.EnumerateObject().Select(property => property.Value).ToArray();
        return items.Select((item, index) => Read(file, $"{key}[{index}]", item)).OfType<NamedToken>();
    }

    private static NamedToken? Read(JsonFile file, string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is { Length: > 0 } text => new NamedToken(new AddedToken(text), false, file.Path),
        JsonValueKind.String => null,
        JsonValueKind.Object => AddedTokenJson.Read(file, value, key, isSpecial: true) is { } token
            ? new NamedToken(token with { Special = true }, true, file.Path) : null,
        _ => throw file.Wrong(key, "a string or an object with 'content'", value),
    };

    /// <summary>One token.</summary>
    /// <param name="Token">The token; the default rules of special tokens if it is a string.</param>
    /// <param name="HasRules">Whether the file gives its rules.</param>
    /// <param name="File">The file that names it.</param>
    internal sealed record NamedToken(AddedToken Token, bool HasRules, string File);
}
