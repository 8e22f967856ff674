using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peft.Testing;

/// <summary>A JSON document with one of its values replaced, for tests that no reader accepts a wrong type or fails badly.</summary>
/// <param name="Place">The path of the value, as <c>$.parts.0.method</c>.</param>
/// <param name="Value">The value that replaces it, as JSON.</param>
/// <param name="Before">The kind of the value that was there.</param>
/// <param name="Text">The whole document.</param>
internal sealed record JsonMutation(string Place, string Value, JsonValueKind Before, string Text)
{
    private static readonly string[] s_values =
        ["null", "true", "1.5", "-1", "1e300", "\"\"", "\"x\"", "[]", "{}", "[null]", "\"\\ud800\"", "99999999999999999999"];

    /// <summary>The path without the root: <c>parts.0.method</c>; empty for the document.</summary>
    public string Path => Place.Length > 2 ? Place[2..] : "";

    /// <summary>Whether the new value is of another type than the one before; null is of every type.</summary>
    public bool IsOtherType => Value != "null" && Before != JsonValueKind.Null && Kind(JsonNode.Parse(Value)) != Flag(Before);

    /// <summary>Every value of a document, containers too, replaced by a value of every type.</summary>
    /// <param name="document">The document.</param>
    /// <param name="firstItems">Whether of lists only the first item is replaced.</param>
    public static IEnumerable<JsonMutation> All(string document, bool firstItems = false) =>
        from place in Places(JsonNode.Parse(document)!, [], firstItems)
        from value in s_values
        select Create(document, place, value);

    /// <summary>The value is put in as text, because a node cannot hold a text that is not Unicode.</summary>
    private static JsonMutation Create(string document, object[] place, string value)
    {
        var root = new JsonArray(JsonNode.Parse(document));
        JsonNode parent = root;
        object last = 0;
        foreach (var step in place)
            (parent, last) = (Child(parent, last)!, step);
        var before = Child(parent, last)?.GetValueKind() ?? JsonValueKind.Null;
        if (last is string name)
            parent[name] = "@";
        else
            parent[(int)last] = "@";
        return new JsonMutation(
            "$" + string.Concat(place.Select(step => $".{step}")), value, before,
            root[0]!.ToJsonString().Replace("\"@\"", value, StringComparison.Ordinal));
    }

    private static JsonNode? Child(JsonNode parent, object step) => step is string name ? parent[name] : parent[(int)step];

    private static IEnumerable<object[]> Places(JsonNode? node, object[] place, bool firstItems) => node switch
    {
        JsonObject map => map.SelectMany(pair => Places(pair.Value, [.. place, pair.Key], firstItems)).Prepend(place),
        JsonArray list => list.Take(firstItems ? 1 : list.Count)
            .SelectMany((item, index) => Places(item, [.. place, index], firstItems)).Prepend(place),
        _ => [place],
    };

    private static JsonValueKind Kind(JsonNode? node) => Flag(node?.GetValueKind() ?? JsonValueKind.Null);

    private static JsonValueKind Flag(JsonValueKind kind) => kind == JsonValueKind.True ? JsonValueKind.False : kind;
}
