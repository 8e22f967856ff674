using System.Text.Json;

namespace Peft.Tasks;

/// <summary>
/// Reads the WebNLG challenge of 2017 (Gardent et al. 2017) in its JSON form: triples as "subject : property : object | ...", texts that are marked good.
/// </summary>
public static class WebNlgReader
{
    /// <summary>The categories of the training data; those of test records outside it are unseen.</summary>
    public static IReadOnlyList<string> SeenCategories { get; } =
        ["Airport", "Astronaut", "Building", "City", "ComicsCharacter", "Food", "Monument", "SportsTeam", "University", "WrittenWork"];

    /// <summary>Reads a file.</summary>
    /// <param name="file">train.json, dev.json or test.json.</param>
    /// <returns>A record for each entry with a good text.</returns>
    /// <exception cref="TaskFileNotFoundException">There is no such file.</exception>
    /// <exception cref="TaskFileFormatException">The file is not of that form; file and entry are named.</exception>
    public static GenerationSet Read(string file)
    {
        using var document = GenerationFile.Json(file);
        var records = new List<GenerationRecord>();
        var number = 0;
        foreach (var entry in GenerationFile.List(file, "the file", document.RootElement, "entries"))
        {
            number++;
            if (entry.ValueKind != JsonValueKind.Object || entry.EnumerateObject().FirstOrDefault().Value is not { ValueKind: JsonValueKind.Object } content)
                throw new TaskFileFormatException($"{file}, entry {number}: expected an object with one numbered entry.");
            var name = $"entry {number}";
            var category = GenerationFile.Text(file, name, content, "category");
            var triples = GenerationFile.List(file, name, content, "modifiedtripleset").Select(
                triple => $"{Part(triple, "subject")} : {Part(triple, "property")} : {Part(triple, "object")}");
            string[] texts =
            [
                .. GenerationFile.List(file, name, content, "lexicalisations")
                    .Where(text => GenerationFile.Text(file, name, text, "comment") == "good").Select(text => GenerationFile.Text(file, name, text, "lex")),
            ];
            if (texts.Length > 0)
                records.Add(new GenerationRecord(string.Join(" | ", triples), texts, category, SeenCategories.Contains(category)));

            string Part(JsonElement triple, string part) => GenerationFile.Text(file, name, triple, part);
        }

        return records.Count > 0 ? new GenerationSet(file, records) : throw new TaskFileFormatException($"{file}: holds no entry with a text marked good.");
    }
}
