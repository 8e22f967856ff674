using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peft.Cli.Tests;

/// <summary>A JSON text in which one value was replaced.</summary>
/// <param name="Place">The path of the value.</param>
/// <param name="Value">The new value.</param>
/// <param name="Before">The kind of the value that was there.</param>
/// <param name="Text">The whole text.</param>
internal sealed record JsonMutation(string Place, string Value, JsonValueKind Before, string Text)
{
    private static readonly string[] s_values =
        ["null", "true", "1.5", "-1", "1e300", "\"\"", "\"x\"", "[]", "{}", "[null]", "\"\\ud800\"", "99999999999999999999"];

    /// <summary>Fields of other libraries that have several types, or that are empty in several ways where they are not used.</summary>
    private static readonly string[] s_unions =
        ["target_modules", "modules_to_save", "feedforward_modules", "init_weights", "init_lora_weights", "adapter_residual_before_ln"];

    /// <summary>Whether a reader may accept it: a value of the type that was there, or null where a field may be.</summary>
    /// <param name="free">Places that may be null; null for all.</param>
    public bool IsAllowed(string[]? free)
    {
        if (Value == "null")
            return Before == JsonValueKind.Null || free?.Contains(Place) != false;
        var kind = JsonNode.Parse(Value)!.GetValueKind();
        var isSame = kind == Before || (kind, Before) is (JsonValueKind.True, JsonValueKind.False);
        if (Before == JsonValueKind.Null || isSame)
            return Value != "[null]" || free is null;
        return free is null && (Value is "\"\"" or "[]" or "{}" || s_unions.Contains(Place[(Place.LastIndexOf('.') + 1)..]));
    }

    /// <summary>Every value of a text, of lists only the first item, replaced by a value of every type.</summary>
    public static IEnumerable<JsonMutation> All(string json) =>
        from place in Places(JsonNode.Parse(json)!, [])
        from value in s_values
        select Create(json, place, value);

    private static JsonMutation Create(string json, object[] place, string value)
    {
        var root = new JsonArray(JsonNode.Parse(json));
        JsonNode parent = root;
        object last = 0;
        foreach (var step in place)
            (parent, last) = (Child(parent, last)!, step);
        var kind = Child(parent, last)?.GetValueKind() ?? JsonValueKind.Null;
        if (last is string name)
            parent[name] = "@";
        else
            parent[(int)last] = "@";
        return new JsonMutation(
            "$" + string.Concat(place.Select(step => $".{step}")), value, kind,
            root[0]!.ToJsonString().Replace("\"@\"", value, StringComparison.Ordinal));
    }

    private static JsonNode? Child(JsonNode parent, object step) => step is string name ? parent[name] : parent[(int)step];

    private static IEnumerable<object[]> Places(JsonNode? node, object[] place) => node switch
    {
        JsonObject map => map.SelectMany(pair => Places(pair.Value, [.. place, pair.Key])).Prepend(place),
        JsonArray { Count: > 0 } list => Places(list[0], [.. place, 0]).Prepend(place),
        _ => [place],
    };
}
