using System.Text.Json;

namespace Peft.Data;

/// <summary>A table of JSON objects. A column is a key of any of them.</summary>
internal sealed class JsonTable : ITable
{
    private readonly Stream _stream;
    private readonly IEnumerator<(long Number, JsonElement? Record, string? Problem)> _records;
    private readonly TableRows _rows;
    private bool _hasFirst;

    /// <param name="source">The bytes.</param>
    /// <param name="records">The records, with their numbers; without an object, a problem.</param>
    /// <param name="unit">What the numbers count.</param>
    /// <param name="options">Whether malformed records are skipped.</param>
    public JsonTable(
        TableStream source, IEnumerable<(long Number, JsonElement? Record, string? Problem)> records, string unit, TableOptions options)
    {
        (_stream, Name, Unit) = (source.Stream, source.Name, unit);
        _rows = new TableRows(Name, unit, options);
        _records = records.GetEnumerator();
        _hasFirst = Advance(); // for its columns
    }

    public string Name { get; }

    public string Unit { get; }

    public IReadOnlyList<string> Columns => _rows.Columns;

    public SkippedRows? Skipped => _rows.Skipped;

    public int IndexOf(string column) => _rows.IndexOf(column);

    public void Refuse(TableRow row, TaskException problem) => _rows.Refuse(row, problem);

    public IEnumerable<TableRow> Rows()
    {
        while (_hasFirst || Advance())
        {
            _hasFirst = false;
            _rows.Read();
            yield return new TableRow(this, _current.Number, _current.Cells);
        }

        _rows.Close();
    }

    public void Dispose()
    {
        _records.Dispose();
        _stream.Dispose();
    }

    private (long Number, TableCell[] Cells) _current = (0, []);

    /// <summary>Reads the next record that is not malformed.</summary>
    private bool Advance()
    {
        while (TableFile.Checked(Name, _records.MoveNext))
        {
            var (number, record, problem) = _records.Current;
            var place = $"{Name}, {Unit} {number}";
            try
            {
                _current = (number, Cells(place, record ?? throw new TableFormatException($"{place}: {problem}. {MalformedRows.Advice}")));
                return true;
            }
            catch (Exception malformed) when (malformed is TableFormatException or InvalidOperationException)
            {
                _rows.Malformed(number, malformed as TaskException
                    ?? new TableFormatException($"{place}: a text is not Unicode. {MalformedRows.Advice}", malformed));
            }
        }

        return false;
    }

    private TableCell[] Cells(string place, JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object)
            throw new TableFormatException(
                $"{place}: expected an object, as {{\"text\": \"...\", \"label\": \"...\"}}, found {record.ValueKind}. "
                    + $"{MalformedRows.Advice}");
        var cells = new List<TableCell>(Columns.Count);
        foreach (var property in record.EnumerateObject())
        {
            var index = _rows.IndexOf(property.Name);
            if (index < 0)
                index = _rows.Add(property.Name);
            while (cells.Count <= index)
                cells.Add(TableCell.Missing);
            cells[index] = Cell($"{place}, key '{Excerpt.Cut(property.Name)}'", property.Value);
        }

        return [.. cells];
    }

    private static TableCell Cell(string place, JsonElement value)
    {
        var cell = value.ValueKind switch
        {
            JsonValueKind.String => new TableCell(value.GetString()),
            JsonValueKind.Null => TableCell.Missing,
            JsonValueKind.Array or JsonValueKind.Object => new TableCell(null, value.Clone()),
            _ => new TableCell(value.GetRawText()) { IsLiteral = true },
        };
        return cell.Text is { Length: > TableLimits.Cell / 3 } text && System.Text.Encoding.UTF8.GetByteCount(text) > TableLimits.Cell
            || cell.Json is { } json && json.GetRawText().Length > TableLimits.Cell
            ? throw new TableLimitException(place, $"holds more than {TableLimits.Cell} bytes") : cell;
    }
}
