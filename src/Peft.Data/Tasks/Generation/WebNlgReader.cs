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
    /// <returns>A record for each entry with a good text.</returns>
    /// <exception cref="TaskFileNotFoundException">The file or folder does not exist, or the folder has no .xml file.</exception>
    /// <exception cref="TaskFileFormatException">A file has another format, or no entry has a good text; the message names the file and the
    /// entry or line.</exception>
    public static GenerationSet Read(string file)
    {
        GenerationRecord[] records =
            [.. Directory.Exists(file) ? XmlFiles(file).SelectMany(WebNlgXml.Read) : IsXml(file) ? WebNlgXml.Read(file) : Json(file)];
        return records.Length > 0 ? new GenerationSet(file, records) : throw new TaskFileFormatException($"{file}: holds no entry with "
            + "a text marked good.");
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

    private static List<GenerationRecord> Json(string file)
    {
        using var document = GenerationFile.Json(file);
        var records = new List<GenerationRecord>();
        var number = 0;
        foreach (var entry in GenerationFile.List(file, "the file", document.RootElement, "entries"))
        {
            number++;
            if (entry.ValueKind != JsonValueKind.Object
                || entry.EnumerateObject().FirstOrDefault().Value is not { ValueKind: JsonValueKind.Object } content)
                throw new TaskFileFormatException($"{file}, entry {number}: expected an object with one numbered entry.");
            var name = $"entry {number}";
            var category = GenerationFile.Text(file, name, content, "category");
            var triples = GenerationFile.List(file, name, content, "modifiedtripleset").Select(
                triple => $"{Part(triple, "subject")} : {Part(triple, "property")} : {Part(triple, "object")}");
            string[] texts =
            [
                .. GenerationFile.List(file, name, content, "lexicalisations")
                    .Where(text => GenerationFile.Text(file, name, text, "comment") == "good")
                        .Select(text => GenerationFile.Text(file, name, text, "lex")),
            ];
            if (texts.Length > 0)
                records.Add(Record(string.Join(" | ", triples), texts, category));

            string Part(JsonElement triple, string part) => GenerationFile.Text(file, name, triple, part);
        }

        return records;
    }
}
