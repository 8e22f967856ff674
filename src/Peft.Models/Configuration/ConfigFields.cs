using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peft.Models;

/// <summary>Reads typed fields of a configuration file. Errors name the file and the field.</summary>
internal sealed class ConfigFields(string file, JsonElement root)
{
    public BackboneConfigurationException Problem(string key, string problem) => new(file, $"field {key}: {problem}.");

    public string Text(string key, string? fallback = null)
    {
        if (!Find(key, out var value))
            return fallback ?? throw Problem(key, "is missing");
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()! : throw Problem(key, $"expected a text, found {value.GetRawText()}");
    }

    public int Size(string key, int? fallback = null)
    {
        if (!Find(key, out var value))
            return fallback ?? throw Problem(key, "is missing");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0
            ? size
            : throw Problem(key, $"expected a whole number above 0, found {value.GetRawText()}");
    }

    public double Number(string key, double fallback, double min, double max)
    {
        if (!Find(key, out var value))
            return fallback;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max
            ? number
            : throw Problem(key, $"expected a number from {min} to {max}, found {value.GetRawText()}");
    }

    public bool Flag(string key, bool fallback)
    {
        if (!Find(key, out var value))
            return fallback;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean() : throw Problem(key, $"expected true or false, found {value.GetRawText()}");
    }

    /// <summary><c>num_labels</c>, or the number of entries of <c>id2label</c>, or 2 as in Hugging Face's default.</summary>
    public int Labels()
    {
        if (Find("num_labels", out _))
            return Size("num_labels");
        return Find("id2label", out var map) && map.ValueKind == JsonValueKind.Object ? map.EnumerateObject().Count() : 2;
    }

    /// <summary>A copy of all fields.</summary>
    public JsonObject Whole() => root.ValueKind == JsonValueKind.Object
        ? (JsonObject)JsonNode.Parse(root.GetRawText())!
        : throw new BackboneConfigurationException(file, $"expected a JSON object, found {root.ValueKind}.");

    private bool Find(string key, out JsonElement value)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new BackboneConfigurationException(file, $"expected a JSON object, found {root.ValueKind}.");
        return root.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
    }
}
