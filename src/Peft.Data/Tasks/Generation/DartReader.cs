using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// Reads DART (Nan et al. 2021). Triples are formatted as "subject : relation : object | ...", with relations in lower case. All
/// annotations are used.
/// </summary>
internal static class DartReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The data's own JSON.</param>
    /// <returns>A record for each tripleset with an annotation.</returns>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file has another format; the message names file and record.</exception>
    public static GenerationSet Read(string file)
    {
        using var document = GenerationFile.Json(file);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw new TaskFileFormatException($"{file}: expected a list of records, found {document.RootElement.ValueKind}.");
        var records = new List<GenerationRecord>();
        var number = 0;
        foreach (var record in document.RootElement.EnumerateArray())
        {
            var name = $"record {++number}";
            var triples = GenerationFile.List(file, name, record, "tripleset").Select(triple => Triple(file, name, triple));
            string[] texts = [.. GenerationFile.List(file, name, record, "annotations")
                .Select(text => GenerationFile.Text(file, name, text, "text"))];
            if (texts.Length > 0)
                records.Add(new GenerationRecord(string.Join(" | ", triples), texts));
        }

        return records.Count > 0 ? new GenerationSet(file, records) : throw new TaskFileFormatException($"{file}: holds no record with "
            + "an annotation.");
    }

    private static string Triple(string file, string record, JsonElement triple)
    {
        string[] parts = triple.ValueKind == JsonValueKind.Array
            ? [.. triple.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()!)]
            : [];
        return parts is [var subject, var relation, var value]
            ? $"{subject} : {relation.ToLowerInvariant()} : {value}"
            : throw new TaskFileFormatException($"{file}, {record}: expected triples of three texts, found {triple.GetRawText()}.");
    }
}
