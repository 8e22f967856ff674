using System.Text.Json.Nodes;

namespace Peft.Testing;

/// <summary>A document with one of its values replaced by a value of another type.</summary>
/// <param name="Path">The path of the value.</param>
/// <param name="Value">The value that replaces it, as JSON.</param>
/// <param name="IsOtherType">Whether it is of another type than the one before; null is of every type.</param>
/// <param name="Text">The document.</param>
internal sealed record JsonMutation(string Path, string Value, bool IsOtherType, string Text)
{
    private static readonly string[] s_values = ["null", "true", "1.5", "-1", "1e300", "\"\"", "\"x\"", "[]", "{}"];

    /// <summary>Every value of a document, containers too, replaced by each of the values.</summary>
    public static IEnumerable<JsonMutation> All(string document)
    {
        foreach (var path in Paths(JsonNode.Parse(document)!, []).ToList())
        {
            foreach (var value in s_values)
            {
                var root = JsonNode.Parse(document)!;
                var (node, replaced) = (JsonNode.Parse(value), (JsonNode?)null);
                if (path.Count == 0)
                    (replaced, root) = (root, node!);
                else
                    Replace(path.SkipLast(1).Aggregate(root, Inner), path[^1], node, out replaced);
                var isOther = node is not null && replaced is not null && Kind(node) != Kind(replaced);
                yield return new JsonMutation(string.Join('.', path), value, isOther, root?.ToJsonString() ?? "null");
            }
        }
    }

    private static JsonNode Inner(JsonNode node, object key) => key is int index ? node[index]! : node[(string)key]!;

    private static void Replace(JsonNode parent, object key, JsonNode? value, out JsonNode? replaced)
    {
        if (key is int index)
            (replaced, parent[index]) = (parent[index], value);
        else
            (replaced, parent[(string)key]) = (parent[(string)key], value);
    }

    private static IEnumerable<List<object>> Paths(JsonNode? node, List<object> path)
    {
        yield return path;
        var inner = node switch
        {
            JsonObject map => map.SelectMany(pair => Paths(pair.Value, [.. path, pair.Key])),
            JsonArray list => list.SelectMany((item, index) => Paths(item, [.. path, index])),
            _ => [],
        };
        foreach (var one in inner)
            yield return one;
    }

    private static string Kind(JsonNode? node) =>
        node?.GetValueKind().ToString().Replace("True", "False", StringComparison.Ordinal) ?? "Null";
}
