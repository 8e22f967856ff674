using System.Text;

namespace Peft.Data;

/// <summary>
/// A record of comma-separated values (RFC 4180). It ends where a line ends outside quotation marks, as <see cref="TextLines"/> splits
/// lines: CsvHelper also ends records at a lone CR, which texts may contain.
/// </summary>
/// <param name="Fields">The fields; line ends in quotation marks are LF.</param>
/// <param name="End">The index of the line after the record.</param>
internal sealed record CsvRecord(string[] Fields, int End)
{
    /// <summary>Reads a record.</summary>
    /// <param name="lines">The lines of the file.</param>
    /// <param name="begin">The index of the record's first line.</param>
    /// <returns>The record; null if a quotation mark is out of place or is not closed.</returns>
    public static CsvRecord? Read(List<string> lines, int begin)
    {
        var fields = new List<string>();
        var (index, position) = (begin, 0);
        while (index < lines.Count)
        {
            if ((position < lines[index].Length && lines[index][position] == '"'
                ? Quoted(lines, ref index, ref position) : Plain(lines[index], ref position)) is not { } field)
                return null;
            fields.Add(field);
            if (position == lines[index].Length)
                return new CsvRecord([.. fields], index + 1);
            if (lines[index][position++] != ',')
                return null;
        }

        return null;
    }

    private static string? Plain(string line, ref int position)
    {
        var end = line.IndexOf(',', position);
        var field = end < 0 ? line[position..] : line[position..end];
        position += field.Length;
        return field.Contains('"', StringComparison.Ordinal) ? null : field;
    }

    /// <summary>Reads from one quotation mark to the next that is not doubled, over as many lines as it takes.</summary>
    private static string? Quoted(List<string> lines, ref int index, ref int position)
    {
        var text = new StringBuilder();
        for (position++; ; position++)
        {
            if (position == lines[index].Length)
            {
                if (++index == lines.Count)
                    return null;
                text.Append('\n');
                position = -1;
            }
            else if (lines[index][position] != '"')
            {
                text.Append(lines[index][position]);
            }
            else if (++position == lines[index].Length || lines[index][position] != '"')
            {
                return text.ToString();
            }
            else
            {
                text.Append('"');
            }
        }
    }
}
