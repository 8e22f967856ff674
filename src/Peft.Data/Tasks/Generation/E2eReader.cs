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
    /// <param name="skipMalformed">Whether malformed lines are skipped and counted.</param>
    /// <returns>A record for each line, with one reference.</returns>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file is empty or a line has another format; the message names file and
    /// line.</exception>
    /// <exception cref="MalformedFileException">More than half of the lines are malformed.</exception>
    public static GenerationSet Read(string file, bool skipMalformed = false)
    {
        var isCsv = Path.GetExtension(file).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        var records = new List<GenerationRecord>();
        var malformed = new MalformedRows(file, skipMalformed);
        if (isCsv)
            TaskFile.Open(file, path => ReadCsv(path, records, malformed));
        else
            ReadLines(file, TaskFile.ReadRows(file), records, malformed);
        var skipped = malformed.Close(records.Count);
        return records.Count > 0
            ? new GenerationSet(file, records) { Skipped = SkippedRows.List(skipped) }
            : throw new TaskFileFormatException($"{file}: the file is empty; expected a line for each reference.");
    }

    private static void ReadLines(string file, List<string> lines, List<GenerationRecord> records, MalformedRows malformed)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            var (line, number) = (lines[index], index + 1);
            malformed.Try(number, () => records.Add(Record(file, number, line)));
        }
    }

    private static GenerationRecord Record(string file, int number, string line)
    {
        var cut = line.IndexOf(Separator, StringComparison.Ordinal);
        if (cut < 0 || line.AsSpan(0, cut).IsWhiteSpace() || line.AsSpan(cut + Separator.Length).IsWhiteSpace())
            throw Malformed(file, number, "expected 'meaning representation||text'", line);
        return new GenerationRecord(line[..cut].Trim(), [line[(cut + Separator.Length)..].Trim()]);
    }

    private static bool ReadCsv(string file, List<GenerationRecord> records, MalformedRows malformed)
    {
        var source = TableStream.Open(file);
        using var stream = source.Stream;
        var reader = new DelimitedReader(stream, file, ',') { IsStrict = true, FirstOffset = source.FirstOffset };
        var cells = new List<string>();
        if (!reader.Read(cells) || cells is not ["mr", "ref"])
            throw new TaskFileFormatException(
                $"{file}, line 1: expected the columns mr and ref, found '{Excerpt.Cut(string.Join(',', cells))}'.");
        var blanks = new List<int>(); // at the end of a file they are no rows
        while (true)
        {
            try
            {
                if (!reader.Read(cells))
                    return true;
            }
            catch (TableFormatException problem)
            {
                malformed.Try((int)reader.Line, () => throw new TaskFileFormatException(problem.Message, problem));
                continue;
            }

            if (reader.IsBlank || cells is ["\r"]) // the last line may end in a lone CR
            {
                blanks.Add((int)reader.Line);
                continue;
            }

            foreach (var line in blanks)
                malformed.Try(line, () => throw Malformed(file, line, "expected a meaning representation and a text", ""));
            blanks.Clear();
            malformed.Try((int)reader.Line, () => records.Add(Record(file, (int)reader.Line, cells)));
        }
    }

    private static GenerationRecord Record(string file, int number, List<string> cells) => cells switch
    {
        [var context, var text] when !string.IsNullOrWhiteSpace(context) && !string.IsNullOrWhiteSpace(text) =>
            new GenerationRecord(context.Trim(), [text.Trim()]),
        _ => throw Malformed(file, number, "expected a meaning representation and a text", string.Join(',', cells)),
    };

    private static TaskFileFormatException Malformed(string file, int number, string expected, string found) =>
        new($"{file}, line {number}: {expected}, found '{Excerpt.Cut(found.TrimEnd())}'. {MalformedRows.Advice}");
}
