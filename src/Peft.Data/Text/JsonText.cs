using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peft.Data;

/// <summary>
/// Checks that all texts of a JSON document are Unicode, before anything is read. JSON that can be parsed may contain unpaired surrogates
/// or bytes that are not UTF-8.
/// </summary>
internal static class JsonText
{
    /// <summary>Parses a document; a byte-order mark of UTF-8 is dropped.</summary>
    /// <exception cref="JsonException">It is not JSON, or contains text that is not Unicode.</exception>
    public static JsonDocument Parse(byte[] json) => Parse(json, allowDuplicates: true);

    /// <summary>Parses a document that can be changed; an object has each key once.</summary>
    /// <exception cref="JsonException">It is not JSON, or contains text that is not Unicode or a key twice.</exception>
    public static JsonNode? ParseNode(byte[] json)
    {
        using var document = Parse(json, allowDuplicates: false);
        return JsonSerializer.SerializeToNode(document.RootElement);
    }

    /// <summary>Parses a document; a byte-order mark of UTF-8 is dropped.</summary>
    /// <exception cref="JsonException">It is not JSON, or contains text that is not Unicode or, if it may not, a key twice.</exception>
    public static JsonDocument Parse(byte[] json, bool allowDuplicates)
    {
        if (Utf16Text.Describe(json) is { } problem)
            throw new JsonException(problem);
        var isMarked = json.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        var document = JsonDocument.Parse(
            isMarked ? json.AsMemory(Encoding.UTF8.Preamble.Length) : json,
            new JsonDocumentOptions { AllowDuplicateProperties = allowDuplicates });
        try
        {
            Check(document.RootElement);
            return document;
        }
        catch (InvalidOperationException error)
        {
            document.Dispose();
            throw new JsonException($"a text is not Unicode: {error.Message}", error);
        }
    }

    private static void Check(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Check(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Check(property.Value);
                }

                break;
        }
    }
}
