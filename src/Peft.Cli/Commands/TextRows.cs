using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary>Reads texts, one on each line, as they come. Empty lines at the end are no texts; others are malformed.</summary>
/// <param name="name">Where the lines come from, for messages.</param>
/// <param name="skipMalformed">Whether malformed lines are skipped and counted.</param>
/// <param name="problemOf">What is wrong with a line that is not empty; null for nothing, or if every line is right.</param>
internal sealed class TextRows(string name, bool skipMalformed, Func<string, string?>? problemOf = null)
{
    private readonly MalformedRows _malformed = new(name, skipMalformed);

    /// <summary>Reads the texts.</summary>
    /// <exception cref="UsageException">A line is malformed, or one before the last text is empty.</exception>
    public IEnumerable<string> Read(Stream stream)
    {
        var (number, empty) = (0, new List<int>());
        foreach (var line in TextLines.Read(stream, name))
        {
            number++;
            if (line.AsSpan().Trim('\r').IsEmpty)
            {
                if (empty.Count <= MostEmpty)
                    empty.Add(number);
                continue;
            }

            foreach (var one in empty)
                Refuse(one, "expected a text, found an empty line");
            empty.Clear();
            if (problemOf?.Invoke(line) is { } problem)
                Refuse(number, problem);
            else
                yield return line;
        }
    }

    /// <summary>Reads all texts, and says which lines were skipped.</summary>
    /// <exception cref="UsageException">A line is malformed, or one before the last text is empty.</exception>
    /// <exception cref="MalformedFileException">More lines are malformed than were read.</exception>
    public List<string> ReadAll(Stream stream)
    {
        List<string> texts = [.. Read(stream)];
        CommonOptions.Report(Close(texts.Count));
        return texts;
    }

    /// <summary>The skipped lines; null for none.</summary>
    /// <param name="kept">The number of texts that were read.</param>
    /// <exception cref="MalformedFileException">More lines are malformed than were read.</exception>
    public SkippedRows? Close(int kept) => _malformed.Close(kept);

    /// <summary>How many empty lines in a row are remembered: so many are more than half of any file that is skipped.</summary>
    private const int MostEmpty = 1 << 20;

    private void Refuse(int number, string problem)
    {
        var whole = $"{name}, line {number}: {problem}.";
        if (!skipMalformed)
            throw new UsageException($"{whole} {MalformedRows.Advice}");
        _malformed.Skip(number, whole);
    }
}
