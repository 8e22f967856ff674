using System.Text;
using CsvHelper;

namespace Peft.Data;

/// <summary>
/// Reads the E2E challenge (Novikova et al. 2017): lines <c>MR||text</c>, as in LoRA's and AdaMix's released code, or the challenge's own
/// csv with the columns mr and ref.
/// </summary>
internal static class E2eReader
{
    private const string Separator = "||";

    /// <summary>Reads a file.</summary>
    /// <param name="file">A .csv file, or a file of lines.</param>
    /// <returns>A record for each line, with one reference.</returns>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file is empty or a line has another format; the message names file and
    /// line.</exception>
    public static GenerationSet Read(string file)
    {
        var isCsv = Path.GetExtension(file).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        GenerationRecord[] records = [.. isCsv ? Csv(file) : Lines(file)];
        return records.Length > 0 ? new GenerationSet(file, records) : throw new TaskFileFormatException($"{file}: the file is empty; "
            + "expected a line for each reference.");
    }

    private static IEnumerable<GenerationRecord> Lines(string file)
    {
        var number = 0;
        foreach (var line in GenerationFile.Open(file, File.ReadAllLines))
        {
            number++;
            if (line.Length == 0)
                continue;
            var cut = line.IndexOf(Separator, StringComparison.Ordinal);
            if (cut <= 0 || line.AsSpan(cut + Separator.Length).IsWhiteSpace())
                throw new TaskFileFormatException(
                    $"{file}, line {number}: expected 'meaning representation||text', found '{Shortened(line)}'.");
            yield return new GenerationRecord(line[..cut].Trim(), [line[(cut + Separator.Length)..].Trim()]);
        }
    }

    private static IEnumerable<GenerationRecord> Csv(string file)
    {
        using var reader = GenerationFile.Open(file, File.OpenText);
        using var csv = CsvReader.Create(reader, new CsvReaderOptions
        {
            Separator = ',',
            TrackLineNumbers = true,
            OnMalformedRecord = found => throw new TaskFileFormatException(
                $"{file}, line {found.LineNumber}: a quotation mark is out of place in '{Shortened(found.RawRecord)}'."),
        });
        csv.ReadHeader();
        if (csv.Headers is not ["mr", "ref"])
            throw new TaskFileFormatException($"{file}, line 1: expected the columns mr and ref, found '{string.Join(',', csv.Headers)}'.");
        while (csv.Read())
        {
            var (context, text) = (csv.GetString(0), csv.FieldCount == 2 ? csv.GetString(1) : null);
            if (string.IsNullOrWhiteSpace(context) || string.IsNullOrWhiteSpace(text))
            {
                var found = Shortened(Encoding.UTF8.GetString(csv.RawRecord));
                throw new TaskFileFormatException(
                    $"{file}, line {csv.LineNumber}: expected a meaning representation and a text, found '{found}'.");
            }

            yield return new GenerationRecord(context.Trim(), [text.Trim()]);
        }
    }

    private static string Shortened(string line) => line.Length <= 60 ? line.TrimEnd() : line[..60] + "...";
}
