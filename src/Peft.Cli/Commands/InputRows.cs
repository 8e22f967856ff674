using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary>Reads the texts that a command is given, one on each line. Empty lines at the end are no texts.</summary>
internal static class InputRows
{
    /// <summary>Reads the rows.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="name">Where they come from, for messages.</param>
    /// <param name="skipMalformed">Whether malformed lines are skipped and reported.</param>
    /// <param name="problemOf">What is wrong with a line that is not empty; null for nothing.</param>
    /// <exception cref="UsageException">A line is malformed.</exception>
    /// <exception cref="MalformedFileException">More than half of the lines are malformed.</exception>
    public static List<string> Read(IEnumerable<string> lines, string name, bool skipMalformed, Func<string, string?> problemOf)
    {
        var (rows, malformed, number) = (new List<string>(), new MalformedRows(name, skipMalformed), 0);
        foreach (var line in TextLines.WithoutEmptyEnd([.. lines]))
        {
            number++;
            if ((line.AsSpan().Trim('\r').IsEmpty ? "expected a text, found an empty line" : problemOf(line)) is not { } problem)
                rows.Add(line);
            else if (skipMalformed)
                malformed.Skip(number, $"{name}, line {number}: {problem}.");
            else
                throw new UsageException($"{name}, line {number}: {problem}. {MalformedRows.Advice}");
        }

        CommonOptions.Report(malformed.Close(rows.Count));
        return rows;
    }
}
