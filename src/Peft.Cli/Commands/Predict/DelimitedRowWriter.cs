using System.Buffers;
using System.Globalization;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>
/// Writes cells with a separator between them, in quotation marks where RFC 4180 asks for them. Cells are written as they are, also those
/// that a spreadsheet takes for formulas.
/// </summary>
/// <param name="writer">Receives the lines.</param>
/// <param name="added">The columns of predictions.</param>
/// <param name="delimiter">The separator.</param>
internal sealed class DelimitedRowWriter(TextWriter writer, PredictionColumns added, char delimiter) : IRowWriter
{
    private readonly SearchValues<char> _quoted = SearchValues.Create([delimiter, '"', '\r', '\n']);
    private int _columns = -1;

    public void Write(IReadOnlyList<string> columns, TableRow row, Prediction prediction)
    {
        if (_columns < 0)
        {
            WriteLine(columns.Concat(added.Names));
            _columns = columns.Count;
        }

        WriteLine(Enumerable.Range(0, _columns).Select(index => index < row.Cells.Count ? Text(row.Cells[index]) : "")
            .Concat(added.Values.Select(value => Text(value(prediction)))));
    }

    private void WriteLine(IEnumerable<string> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst)
                writer.Write(delimiter);
            isFirst = false;
            writer.Write(cell.AsSpan().IndexOfAny(_quoted) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        writer.Write('\n');
    }

    private static string Text(TableCell cell) => cell.Text ?? cell.Json?.GetRawText() ?? "";

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IReadOnlyList<string> labels => string.Join(",", labels),
        _ => JsonOutput.Line(value),
    };
}
