using System.Text.Json;

namespace Peft.Data;

/// <summary>A JSON file whose root is an object, with typed access that names the file and the key in its errors.</summary>
internal sealed class JsonFile : IDisposable
{
    private readonly JsonDocument _document;

    private JsonFile(string path, JsonDocument document)
    {
        Path = path;
        _document = document;
    }

    public string Path { get; }

    public JsonElement Root => _document.RootElement;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The largest number of bytes.</param>
    /// <exception cref="TokenizerConfigException">It is not JSON, or its root is no object.</exception>
    public static JsonFile Open(string path, long most = RegularFile.MaxVocabulary)
    {
        JsonDocument document;
        try
        {
            document = JsonText.Parse(RegularFile.Read(path, most));
        }
        catch (JsonException error)
        {
            throw new TokenizerConfigException(
                $"{path}: not valid JSON ({JsonFault.Describe(error)}). Fetch the file again or correct it.", error);
        }

        var found = document.RootElement.ValueKind;
        if (found == JsonValueKind.Object) return new JsonFile(path, document);
        document.Dispose();
        throw new TokenizerConfigException($"{path}: expected a JSON object, found {found}.");
    }

    public static JsonElement? Value(JsonElement parent, string key) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null
            ? value : null;

    public bool? Flag(JsonElement parent, string key) => Value(parent, key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(key, "true or false", other),
    };

    public double? Number(JsonElement parent, string key) => Value(parent, key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        { } other => throw Wrong(key, "a number", other),
    };

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(JsonElement parent, string key, int min, int max, string? path = null) => Value(parent, key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= min && number <= max => number,
        { } other => throw Wrong(
            path ?? key, max == int.MaxValue ? $"a whole number of at least {min}" : $"a whole number from {min} to {max}", other),
    };

    /// <summary>A string.</summary>
    public string? Text(JsonElement parent, string key, string? path = null) => Value(parent, key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } other => throw Wrong(path ?? key, "a string", other),
    };

    /// <summary>A token: a string, or an object with its text in <c>content</c>.</summary>
    public string? Token(JsonElement parent, string key) => Value(parent, key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Object } value when Value(value, "content") is { ValueKind: JsonValueKind.String } content =>
            content.GetString(),
        { } other => throw Wrong(key, "a string or an object with 'content'", other),
    };

    public TokenizerConfigException Wrong(string key, string expected, JsonElement found) =>
        new($"{Path}: '{Excerpt.Cut(key)}' must be {expected}, found {Excerpt.Cut(found)}. Fetch the file again or correct it.");

    public void Dispose() => _document.Dispose();
}
