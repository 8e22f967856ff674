using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// Reads the WebNLG challenge of 2017 (Gardent et al. 2017), in its own XML or in JSON. Triples are formatted as "subject : property :
/// object | ...". Only texts marked as good are used.
/// </summary>
internal static class WebNlgReader
{
    /// <summary>The categories of the training data. Test records of other categories are unseen.</summary>
    public static IReadOnlyList<string> SeenCategories { get; } =
        ["Airport", "Astronaut", "Building", "City", "ComicsCharacter", "Food", "Monument", "SportsTeam", "University", "WrittenWork"];

    /// <summary>Reads a file, or every .xml file of a folder and its sub-folders, in the order of their names.</summary>
    /// <param name="file">train.json, dev.json or test.json; a .xml file; or a folder of .xml files, such as those of the release, which
    /// has one for each number of triples.</param>
    /// <param name="skipMalformed">Whether malformed entries are skipped and counted.</param>
    /// <returns>A record for each entry with a good text.</returns>
    /// <exception cref="TaskFileNotFoundException">The file or folder does not exist, or the folder has no .xml file.</exception>
    /// <exception cref="TaskFileFormatException">A file has another format, or no entry has a good text; the message names the file and the
    /// entry or line.</exception>
    /// <exception cref="MalformedFileException">More than half of a file's entries are malformed.</exception>
    public static GenerationSet Read(string file, bool skipMalformed = false)
    {
        var (records, skipped) = (new List<GenerationRecord>(), new List<SkippedRows>());
        foreach (var part in Directory.Exists(file) ? XmlFiles(file) : [file])
        {
            var malformed = new MalformedRows(part, skipMalformed, IsXml(part) ? "line" : "entry");
            var before = records.Count;
            if (IsXml(part))
                WebNlgXml.Read(part, records, malformed);
            else
                Json(part, records, malformed);
            skipped.AddRange(SkippedRows.List(malformed.Close(records.Count - before)));
        }

        records.RemoveAll(record => record.References.Count == 0);
        return records.Count > 0
            ? new GenerationSet(file, records) { Skipped = skipped }
            : throw new TaskFileFormatException($"{file}: holds no entry with a text marked good.");
    }

    internal static GenerationRecord Record(string context, IReadOnlyList<string> texts, string category) =>
        new(context, texts, category, SeenCategories.Contains(category));

    private static bool IsXml(string file) => Path.GetExtension(file).Equals(".xml", StringComparison.OrdinalIgnoreCase);

    private static string[] XmlFiles(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsXml).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new TaskFileNotFoundException($"{folder}: expected .xml files of WebNLG in the folder "
            + "or below it; found none.");
    }

    private static void Json(string file, List<GenerationRecord> records, MalformedRows malformed)
    {
        using var document = GenerationFile.Json(file);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("entries", out var entries)
            || entries.ValueKind != JsonValueKind.Array)
            throw new TaskFileFormatException(
                $"{file}, the file: expected a list field 'entries', found {GenerationFile.Found(root, "entries")}.");
        var number = 0;
        foreach (var entry in entries.EnumerateArray())
        {
            number++;
            malformed.Try(number, () => records.Add(Entry(file, $"entry {number}", entry)));
        }
    }

    private static GenerationRecord Entry(string file, string name, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || entry.EnumerateObject().FirstOrDefault().Value is not { ValueKind: JsonValueKind.Object } content)
            throw new TaskFileFormatException($"{file}, {name}: expected an object with one numbered entry. {MalformedRows.Advice}");
        var category = Part(content, "category");
        var triples = GenerationFile.List(file, name, content, "modifiedtripleset").Select(
            triple => $"{Part(triple, "subject")} : {Part(triple, "property")} : {Part(triple, "object")}");
        if (!triples.Any())
            throw new TaskFileFormatException(
                $"{file}, {name}: expected triples in 'modifiedtripleset', found an empty list. {MalformedRows.Advice}");
        string[] texts =
        [
            .. GenerationFile.List(file, name, content, "lexicalisations")
                .Where(IsGood).Select(text => Part(text, "lex")),
        ];
        return Record(string.Join(" | ", triples), texts, category);

        bool IsGood(JsonElement text) => GenerationFile.Text(file, name, text, "comment", canBeEmpty: true) == "good";

        string Part(JsonElement element, string part) => GenerationFile.Text(file, name, element, part);
    }
}
