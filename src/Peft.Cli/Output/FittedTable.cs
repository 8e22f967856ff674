using Spectre.Console;
using Peft.Data;

namespace Peft.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its title; the first column of a list of facts has none.</param>
/// <param name="IsNumber">Whether its cells are aligned to the right.</param>
/// <param name="Shortest">The width down to which long names are shortened in the middle; 0 if its cells are never shortened.</param>
internal sealed record Column(string Title, bool IsNumber = false, int Shortest = 0);

/// <summary>
/// A table that fits into a width: as Markdown where there is room, then with narrow gaps, then with names shortened, and as a list of rows
/// where even that is too wide. No word is broken.
/// </summary>
/// <param name="columns">The columns.</param>
/// <param name="rows">The rows, a text for each column.</param>
internal sealed class FittedTable(IReadOnlyList<Column> columns, IReadOnlyList<string[]> rows)
{
    private const int Gap = 2;
    private readonly string[][] _rows = [.. rows.Select(row => Array.ConvertAll(row, ControlCharacters.EscapeLine))];

    /// <summary>Writes the table.</summary>
    /// <param name="writer">Receives the lines.</param>
    /// <param name="width">The width; null for any.</param>
    public void Write(TextWriter writer, int? width)
    {
        var widths = columns.Select((column, index) => _rows.Select(row => row[index].Length).Append(column.Title.Length).Max()).ToArray();
        var available = width ?? int.MaxValue;
        if (widths.Sum(one => one + 3) + 1 <= available)
            Write(writer, TableBorder.Markdown, widths, available);
        else if (Shrink(widths, available))
            Write(writer, TableBorder.None, widths, available);
        else
            WriteRows(writer, available);
    }

    /// <summary>Takes width from columns of names, the widest first, until the table fits.</summary>
    private bool Shrink(int[] widths, int available)
    {
        while (widths.Sum() + Gap * (widths.Length - 1) > available)
        {
            var widest = Enumerable.Range(0, widths.Length)
                .Where(index => columns[index] is { Shortest: > 0 } column
                    && widths[index] > Math.Max(column.Shortest, column.Title.Length))
                .OrderByDescending(index => widths[index]).FirstOrDefault(-1);
            if (widest < 0)
                return false;
            widths[widest]--;
        }

        return true;
    }

    private void Write(TextWriter writer, TableBorder border, int[] widths, int available)
    {
        var table = new Table().Border(border);
        var isPlain = border == TableBorder.None;
        for (var index = 0; index < columns.Count; index++)
        {
            var column = new TableColumn(Markup.Escape(columns[index].Title)).NoWrap();
            if (isPlain)
                column.Padding(0, 0, index < columns.Count - 1 ? Gap : 0, 0);
            table.AddColumn(columns[index].IsNumber ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
            table.AddRow([.. row.Select((cell, index) => Markup.Escape(Words.Shorten(cell, widths[index])))]);
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = available == int.MaxValue ? widths.Sum(one => one + 3) + 1 : available;
        console.Write(table);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
            writer.WriteLine(line.TrimEnd());
    }

    private void WriteRows(TextWriter writer, int width)
    {
        var names = columns.Max(column => column.Title.Length);
        foreach (var row in _rows)
        {
            for (var index = 0; index < columns.Count; index++)
            {
                if (row[index].Length > 0)
                    writer.WriteLine($"{columns[index].Title.PadRight(names)}  {Words.Shorten(row[index], width - names - Gap)}");
            }

            writer.WriteLine();
        }
    }
}
