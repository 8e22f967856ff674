using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads the JSON files of generation tasks. Errors name the file.</summary>
internal static class GenerationFile
{
    /// <summary>Parses a file.</summary>
    /// <param name="file">The file; a byte-order mark of UTF-8 is dropped.</param>
    public static JsonDocument Json(string file)
    {
        var bytes = TaskFile.Open(file, path => RegularFile.Read(path, Array.MaxLength));
        try
        {
            return JsonText.Parse(bytes);
        }
        catch (JsonException problem)
        {
            throw new TaskFileFormatException(
                $"{file}, line {problem.LineNumber + 1}: is not valid JSON ({JsonFault.DescribeLine(problem)}).", problem);
        }
    }

    /// <summary>Reads a text field. Errors name file, record and field.</summary>
    public static string Text(string file, string record, JsonElement element, string name, bool canBeEmpty = false) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && (canBeEmpty || !string.IsNullOrWhiteSpace(value.GetString()))
            ? value.GetString()!
            : throw new TaskFileFormatException($"{file}, {record}: expected a text field '{Excerpt.Cut(name)}', found "
                + $"{Found(element, name)}. "
                + MalformedRows.Advice);

    /// <summary>Reads a list field. Errors name file, record and field.</summary>
    public static JsonElement.ArrayEnumerator List(string file, string record, JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw new TaskFileFormatException($"{file}, {record}: expected a list field '{Excerpt.Cut(name)}', found "
                + $"{Found(element, name)}. "
                + MalformedRows.Advice);

    /// <summary>What there is instead of a field, for messages.</summary>
    public static string Found(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return $"{element.ValueKind} instead of an object";
        if (!element.TryGetProperty(name, out var value))
            return "no such field";
        var isEmpty = value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString());
        return isEmpty ? "an empty text" : $"{value.ValueKind}";
    }
}
