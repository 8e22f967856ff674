using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Peft.Data;

namespace Peft.Models;

/// <summary>Reads another library's configuration: typed fields with defaults, and a check that no active field is ignored.</summary>
internal sealed class ConfigObject(string file, JsonObject fields)
{
    public string File { get; } = file;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ForeignConfigException">The file is missing or not a JSON object.</exception>
    public static ConfigObject Read(string file, string expected)
    {
        var json = SettingsFile.Read(file, out var unreadable);
        if (json is null)
            throw new ForeignConfigException(
                file, null, unreadable?.TrimEnd('.') ?? $"there is no such file; expected {expected}");
        try
        {
            return JsonText.ParseNode(json) is JsonObject fields
                ? new ConfigObject(file, fields)
                : throw new ForeignConfigException(file, null, "is not a JSON object");
        }
        catch (JsonException problem)
        {
            throw new ForeignConfigException(file, null, $"is not valid JSON ({JsonFault.Describe(problem)})");
        }
    }

    /// <summary>Rejects fields without an effect here whose value is not of their type.</summary>
    public void CheckTypes()
    {
        foreach (var (name, value) in fields)
        {
            if (FieldTypes.Mismatch(name, value) is { } expected)
                throw Wrong(name, expected, value);
        }
    }

    /// <summary>Rejects fields that are neither known nor empty, because what they enable would be missing here.</summary>
    /// <param name="known">Fields that the reader handles or that do not affect the computation.</param>
    public void CheckOthers(IEnumerable<string> known)
    {
        CheckTypes();
        var understood = known.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Where(field => !understood.Contains(field.Key) && IsActive(field.Value)))
            throw new ForeignConfigException(File, name, $"{Excerpt.Cut(value!.ToJsonString())} is not supported here; only adapters "
                + "without it can be loaded");
    }

    /// <summary>A nested object.</summary>
    public ConfigObject Inner(string name) =>
        Node(name) is JsonObject inner ? new ConfigObject(File, inner) : throw Wrong(name, "an object", Node(name));

    /// <summary>The objects in a list.</summary>
    public IReadOnlyList<ConfigObject> Inners(string name) => Node(name) is JsonArray list && list.All(item => item is JsonObject)
        ? [.. list.Select(item => new ConfigObject(File, (JsonObject)item!))]
        : throw Wrong(name, "a list of objects", Node(name));

    public string? Text(string name) => Node(name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => throw Wrong(name, "a text", other),
    };

    public bool Flag(string name, bool fallback = false) => Node(name) switch
    {
        null => fallback,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        var other => throw Wrong(name, "true or false", other),
    };

    public double Number(string name, double fallback) => Node(name) is { } node ? NumberOf(name, node) : fallback;

    public int Whole(string name, int fallback)
    {
        var number = Number(name, fallback);
        return number == Math.Floor(number) && number is >= 0 and <= int.MaxValue
            ? (int)number : throw Wrong(name, "a whole number of at least 0", Node(name)!);
    }

    /// <summary>A list of texts or a single text; empty if the field is empty.</summary>
    public IReadOnlyList<string> Texts(string name) => Node(name) switch
    {
        null => [],
        JsonArray array => [
            .. array.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text)
            ? text : throw Wrong(name, "a list of texts", array))],
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        var other => throw Wrong(name, "a list of texts", other),
    };

    /// <summary>Numbers by regular expression, in the order of the file. The order determines which pattern applies.</summary>
    public IReadOnlyList<(string Pattern, double Value)> Patterns(string name) => Node(name) switch
    {
        null => [],
        JsonObject map => [.. map.Select(pair => (pair.Key, NumberOf(name, pair.Value)))],
        var other => throw Wrong(name, "numbers by pattern", other),
    };

    public JsonNode? Node(string name) => fields.TryGetPropertyValue(name, out var node) ? node : null;

    public ForeignConfigException Problem(string name, string problem) => new(File, name, problem);

    private double NumberOf(string name, JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
            ? number
            : throw Wrong(name, "a number", node);

    private static bool IsActive(JsonNode? node) => node switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject map => map.Count > 0,
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.False or JsonValueKind.Null => false,
            JsonValueKind.String => value.GetValue<string>().Length > 0,
            JsonValueKind.Number => value.ToJsonString() is not ("0" or "0.0"),
            _ => true,
        },
        _ => true,
    };

    private ForeignConfigException Wrong(string name, string expected, JsonNode? found) =>
        new(File, name, $"expected {expected}, found {Excerpt.Cut(found?.ToJsonString() ?? "null")}");
}
