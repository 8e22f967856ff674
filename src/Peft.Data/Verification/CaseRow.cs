using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Peft.Data;

/// <summary>One row of a file of tokenizer cases.</summary>
internal sealed class CaseRow : IDisposable
{
    private readonly JsonDocument _document;
    private readonly string _file;

    private CaseRow(JsonDocument document, string file, int line)
    {
        _document = document;
        _file = file;
        Line = line;
        Text = StringOf("text") ?? throw Wrong("text", "a string");
        Pair = StringOf("pair");
        MaxLength = Value("max_length") is { } value
            ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var length)
                ? length : throw Wrong("max_length", "a whole number or null")
            : null;
    }

    public int Line { get; }

    public string Text { get; }

    public string? Pair { get; }

    public int? MaxLength { get; }

    public IEnumerable<string> Fields => _document.RootElement.EnumerateObject().Select(property => property.Name);

    public static CaseRow Parse(string content, string file, int line)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(content);
        }
        catch (JsonException error)
        {
            throw new TokenizerCasesException(
                $"{file}:{line}: not valid JSON ({JsonFault.DescribeLine(error)}). Expected one object per line.", error);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object) return new CaseRow(document, file, line);
        var found = document.RootElement.ValueKind;
        document.Dispose();
        throw new TokenizerCasesException($"{file}:{line}: expected a JSON object, found {found}.");
    }

    public int[]? Ids(string field)
    {
        if (Value(field) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(field, "a list of ids");
        return
        [
            .. value.EnumerateArray().Select(id =>
                id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number) ? number : throw Wrong(field, "a list of ids")),
        ];
    }

    /// <summary>The string in a field, or null.</summary>
    public string? StringOf(string field)
    {
        if (Value(field) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String) throw Wrong(field, "a string");
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // A \uD800 without its partner: not valid text, but the test cases contain it and the tokenizer must accept it.
            return Unescape(value.GetRawText());
        }
    }

    public void Dispose() => _document.Dispose();

    private JsonElement? Value(string field) =>
        _document.RootElement.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Unescape(string raw)
    {
        var text = new StringBuilder();
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            text.Append(raw[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other });
        }

        return text.ToString();
    }

    private TokenizerCasesException Wrong(string field, string expected) => new($"{_file}:{Line}: '{field}' must be {expected}.");
}
