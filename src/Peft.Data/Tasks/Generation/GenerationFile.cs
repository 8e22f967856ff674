using System.Text.Json;

namespace Peft.Data;

/// <summary>Opens files of generation tasks. Errors name the file.</summary>
internal static class GenerationFile
{
    public static T Open<T>(string file, Func<string, T> open)
    {
        try
        {
            return open(file);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TaskFileNotFoundException($"{file}: there is no such file.");
        }
    }

    public static JsonDocument Json(string file)
    {
        try
        {
            return JsonText.Parse(Open(file, File.ReadAllBytes));
        }
        catch (JsonException problem)
        {
            throw new TaskFileFormatException($"{file}, line {problem.LineNumber + 1}: is not valid JSON ({problem.Message}).", problem);
        }
    }

    /// <summary>Reads a text field. Errors name file, record and field.</summary>
    public static string Text(string file, string record, JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new TaskFileFormatException($"{file}, {record}: expected a text field '{name}'.");

    /// <summary>Reads a list field. Errors name file, record and field.</summary>
    public static JsonElement.ArrayEnumerator List(string file, string record, JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw new TaskFileFormatException($"{file}, {record}: expected a list field '{name}'.");
}
