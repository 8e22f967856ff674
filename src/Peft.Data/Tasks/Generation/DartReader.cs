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
    /// <param name="skipMalformed">Whether malformed records are skipped and counted.</param>
    /// <returns>A record for each tripleset with an annotation.</returns>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file has another format; the message names file and record.</exception>
    /// <exception cref="MalformedFileException">More than half of the records are malformed.</exception>
    public static GenerationSet Read(string file, bool skipMalformed = false)
    {
        using var document = GenerationFile.Json(file);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw new TaskFileFormatException($"{file}: expected a list of records, found {document.RootElement.ValueKind}.");
        var records = new List<GenerationRecord>();
        var malformed = new MalformedRows(file, skipMalformed, "record");
        var number = 0;
        foreach (var element in document.RootElement.EnumerateArray())
        {
            number++;
            malformed.Try(number, () => records.Add(Record(file, $"record {number}", element)));
        }

        var skipped = malformed.Close(records.Count);
        records.RemoveAll(record => record.References.Count == 0);
        return records.Count > 0
            ? new GenerationSet(file, records) { Skipped = SkippedRows.List(skipped) }
            : throw new TaskFileFormatException($"{file}: holds no record with an annotation.");
    }

    private static GenerationRecord Record(string file, string name, JsonElement record)
    {
        var triples = GenerationFile.List(file, name, record, "tripleset").Select(triple => Triple(file, name, triple));
        if (!triples.Any())
            throw new TaskFileFormatException($"{file}, {name}: expected triples in 'tripleset', found an empty list. "
                + MalformedRows.Advice);
        string[] texts = [.. GenerationFile.List(file, name, record, "annotations")
            .Select(text => GenerationFile.Text(file, name, text, "text"))];
        return new GenerationRecord(string.Join(" | ", triples), texts);
    }

    private static string Triple(string file, string record, JsonElement triple)
    {
        string[] parts = triple.ValueKind == JsonValueKind.Array
            ? [.. triple.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()!)]
            : [];
        return parts is [var subject, var relation, var value]
            ? $"{subject} : {relation.ToLowerInvariant()} : {value}"
            : throw new TaskFileFormatException($"{file}, {record}: expected triples of three texts, found {Excerpt.Cut(triple)}. "
                + MalformedRows.Advice);
    }
}
