using System.Text.Json;
using System.Text.Json.Nodes;
using Peft.Data;

namespace Peft.Models;

/// <summary>Reads typed fields of a configuration file. Errors name the file and the field.</summary>
internal sealed class ConfigFields(string file, JsonElement root)
{
    /// <summary>The file's path.</summary>
    public string File => file;

    /// <summary>Every field of the file, in its order.</summary>
    public IEnumerable<(string Name, JsonElement Value)> All() => root.ValueKind == JsonValueKind.Object
        ? root.EnumerateObject().Select(property => (property.Name, property.Value))
        : throw new BackboneConfigurationException(file, $"expected a JSON object, found {root.ValueKind}.");

    public BackboneConfigurationException Problem(string key, string problem) => new(file, $"field {key}: {problem}.");

    public string Text(string key, string? fallback = null)
    {
        if (!Find(key, out var value))
            return fallback ?? throw Problem(key, "is missing");
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()! : throw Problem(key, $"expected a text, found {Excerpt.Cut(value)}");
    }

    /// <summary>The first text of a list; null where there is none.</summary>
    public string? FirstText(string key)
    {
        if (!Find(key, out var list))
            return null;
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind is not (
            JsonValueKind.String or JsonValueKind.Null)))
            throw Problem(key, $"expected a list of texts, found {Excerpt.Cut(list)}");
        return list.GetArrayLength() > 0 ? list[0].GetString() : null;
    }

    /// <summary>
    /// A size of the model. The largest is far above that of any published model, and products of two are far from overflow.
    /// </summary>
    public int Size(string key, int? fallback = null, int max = 1 << 20)
    {
        if (!Find(key, out var value))
            return fallback ?? throw Problem(key, "is missing");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || number != Math.Floor(number) || number <= 0)
            throw Problem(key, $"expected a whole number above 0, found {Excerpt.Cut(value)}");
        return number <= max ? (int)number : throw Problem(key, string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"expected at most {max:N0}, found {Excerpt.Cut(value)}"));
    }

    public double Number(string key, double fallback, double min, double max)
    {
        if (!Find(key, out var value))
            return fallback;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max
            ? number
            : throw Problem(key, $"expected a number from {min} to {max}, found {Excerpt.Cut(value)}");
    }

    /// <summary>A token's id. Some files give it as a list; a list of one is that id.</summary>
    public int Id(string key, int fallback, int min, int max)
    {
        if (!Find(key, out var value))
            return fallback;
        if (value.ValueKind == JsonValueKind.Array)
            value = value.GetArrayLength() == 1
                ? value[0] : throw Problem(key, $"expected one token id, found {value.GetArrayLength()}: {Excerpt.Cut(value)}");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= min && id <= max
            ? id
            : throw Problem(key, $"expected a whole number from {min} to {max}, found {Excerpt.Cut(value)}");
    }

    /// <summary>The name of an activation function.</summary>
    public string Activation(string key, string fallback)
    {
        var name = Text(key, fallback);
        return HiddenActivation.Names.Contains(name)
            ? name
            : throw Problem(key, $"expected one of {string.Join(", ", HiddenActivation.Names)}, found '{Excerpt.Cut(name)}'");
    }

    /// <summary>The names of a classifier's outputs in the order of their numbers; null where id2label does not have them all.</summary>
    public IReadOnlyList<string>? LabelNames()
    {
        if (LabelMap() is not { } map)
            return null;
        var names = map.EnumerateObject().Where(pair => pair.Value.ValueKind == JsonValueKind.String)
            .ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
        var ordered = Enumerable.Range(0, Labels()).Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Select(names.GetValueOrDefault).OfType<string>().ToList();
        return ordered.Count == Labels() ? ordered : null;
    }

    public bool Flag(string key, bool fallback)
    {
        if (!Find(key, out var value))
            return fallback;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean() : throw Problem(key, $"expected true or false, found {Excerpt.Cut(value)}");
    }

    /// <summary><c>num_labels</c>, or the number of entries of <c>id2label</c>, or 2 as in Hugging Face's default.</summary>
    public int Labels()
    {
        if (Find("num_labels", out _))
            return Size("num_labels");
        return LabelMap() is { } map ? map.EnumerateObject().Count() : 2;
    }

    /// <summary><c>id2label</c>. Some files have numbers in place of names, which count as no names.</summary>
    private JsonElement? LabelMap()
    {
        if (!Find("id2label", out var map))
            return null;
        return map.ValueKind == JsonValueKind.Object && map.EnumerateObject().All(pair => pair.Value.ValueKind is
            JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null)
            ? map
            : throw Problem("id2label", $"expected an object of number: name, found {Excerpt.Cut(map)}");
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
