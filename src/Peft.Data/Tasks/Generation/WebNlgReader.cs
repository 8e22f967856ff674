using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// Reads the WebNLG challenge of 2017 (Gardent et al. 2017), its own XML or the JSON form: triples as "subject : property : object | ...",
/// texts that are marked good.
/// </summary>
public static class WebNlgReader
{
    /// <summary>The categories of the training data; those of test records outside it are unseen.</summary>
    public static IReadOnlyList<string> SeenCategories { get; } =
        ["Airport", "Astronaut", "Building", "City", "ComicsCharacter", "Food", "Monument", "SportsTeam", "University", "WrittenWork"];

    /// <summary>Reads a file, or every .xml file of a folder and its sub-folders, in the order of their names.</summary>
    /// <param name="file">train.json, dev.json or test.json; a .xml file; or a folder of such, as the release has one for each number of
    /// triples.</param>
    /// <returns>A record for each entry with a good text.</returns>
    /// <exception cref="TaskFileNotFoundException">There is no such file or folder, or the folder has no .xml file.</exception>
    /// <exception cref="TaskFileFormatException">A file is not of that form, or no entry has a good text; file and entry or line are
    /// named.</exception>
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
