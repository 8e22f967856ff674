namespace Peft.Data;

/// <summary>A table of comma- or tab-separated values, whose first record names the columns.</summary>
internal sealed class DelimitedTable : ITable
{
    private readonly Stream _stream;
    private readonly DelimitedReader _reader;
    private readonly TableRows _rows;

    /// <exception cref="TableFormatException">There is no header.</exception>
    /// <exception cref="TableColumnException">A column has no name, or that of another.</exception>
    public DelimitedTable(TableStream source, char delimiter, TableOptions options)
    {
        (_stream, Name) = (source.Stream, source.Name);
        _reader = new DelimitedReader(source.Stream, source.Name, delimiter) { FirstOffset = source.FirstOffset };
        _rows = new TableRows(Name, Unit, options);
        var names = new List<string>();
        do
        {
            if (!_reader.Read(names))
                throw new TableFormatException($"{Name}: is empty; expected a line with the names of the columns, then a line for each row.");
        }
        while (_reader.IsBlank);
        _rows.AddHeader(names, $"{Name}, line {_reader.Line}");
    }

    public string Name { get; }

    public string Unit => "line";

    public IReadOnlyList<string> Columns => _rows.Columns;

    public SkippedRows? Skipped => _rows.Skipped;

    public int IndexOf(string column) => _rows.IndexOf(column);

    public void Refuse(TableRow row, TaskException problem) => _rows.Refuse(row, problem);

    public IEnumerable<TableRow> Rows()
    {
        var cells = new List<string>();
        while (Next(cells) is var isRead and not null)
        {
            if (isRead == false || _reader.IsBlank)
                continue;
            _rows.Read();
            yield return new TableRow(this, _reader.Line, cells.ConvertAll(cell => new TableCell(cell)));
        }

        _rows.Close();
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Reads a record: true if it is a row, false if it was skipped, null at the end.</summary>
    private bool? Next(List<string> cells)
    {
        try
        {
            if (!_reader.Read(cells))
                return null;
            if (_reader.IsBlank || cells.Count == Columns.Count)
                return true;
            _rows.Malformed(_reader.Line, new TableFormatException(
                $"{Name}, line {_reader.Line}: expected {Columns.Count} {(Columns.Count == 1 ? "cell" : "cells")} ("
                + $"{ColumnNames.List(Columns)}), found {cells.Count}; a cell with the separator in it needs quotation marks around it. "
                + MalformedRows.Advice));
        }
        catch (TextEncodingException problem)
        {
            throw new TaskFileFormatException(problem.Message, problem);
        }
        catch (TableFormatException problem)
        {
            _rows.Malformed(_reader.Line, problem);
        }

        return false;
    }
}
