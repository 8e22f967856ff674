using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// Finds out, before anything is read of a document, that all of its texts are Unicode: JSON that can be parsed may hold half a surrogate
/// pair or bytes that are not UTF-8.
/// </summary>
internal static class JsonText
{
    /// <summary>Parses.</summary>
    /// <exception cref="JsonException">It is not JSON, or a text in it is not Unicode.</exception>
    public static JsonDocument Parse(byte[] json)
    {
        var document = JsonDocument.Parse(json);
        try
        {
            Check(document.RootElement);
            return document;
        }
        catch (InvalidOperationException problem)
        {
            document.Dispose();
            throw new JsonException($"a text is not Unicode: {problem.Message}", problem);
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
