using Parquet;
using Parquet.Schema;

namespace Peft.Data;

/// <summary>A table in a Parquet file, read a row group at a time. Its columns hold values or lists of values.</summary>
internal sealed class ParquetTable : ITable
{
    private readonly Stream _stream;
    private readonly ParquetReader _reader;
    private readonly TableRows _rows;
    private readonly DataField[] _fields;

    /// <exception cref="TableFormatException">It is no Parquet file.</exception>
    /// <exception cref="TableColumnException">A column is nested.</exception>
    public ParquetTable(TableStream source, TableOptions options)
    {
        Name = source.Name;
        _rows = new TableRows(Name, Unit, options);
        _stream = source.Seekable();
        source.Stream.Dispose();
        try
        {
            _reader = Try(() => ParquetReader.CreateAsync(_stream).GetAwaiter().GetResult());
            var fields = Try(() => _reader.Schema.Fields);
            _fields = [.. fields.Select(FieldOf)];
            _rows.AddHeader([.. fields.Select(field => field.Name)], Name);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public string Unit => "row";

    public IReadOnlyList<string> Columns => _rows.Columns;

    public SkippedRows? Skipped => _rows.Skipped;

    public int IndexOf(string column) => _rows.IndexOf(column);

    public void Refuse(TableRow row, TaskException problem) => _rows.Refuse(row, problem);

    public IEnumerable<TableRow> Rows()
    {
        var number = 0L;
        for (var group = 0; group < _reader.RowGroupCount; group++)
        {
            var columns = Group(group, out var count);
            for (var row = 0; row < count; row++)
            {
                _rows.Read();
                yield return new TableRow(this, ++number, Array.ConvertAll(columns, column => column[row]));
            }
        }

        _rows.Close();
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>The cells of a row group, column by column.</summary>
    private TableCell[][] Group(int index, out int count)
    {
        using var group = Try(() => _reader.OpenRowGroupReader(index));
        var bytes = Math.Max(group.RowGroup.TotalByteSize, group.RowGroup.Columns.Sum(column => column.MetaData?.TotalUncompressedSize ?? 0));
        const int OfCell = 32; // the cell itself and the head of its text
        var available = AvailableMemory.Bytes;
        if (group.RowCount < 0 || bytes < 0 || 3.0 * bytes + (double)OfCell * group.RowCount * _fields.Length > available)
            throw new NotEnoughMemoryException(Name, $"{group.RowCount:N0} rows of a row group, {bytes:N0} bytes,", available,
                "write the file with smaller row groups");
        var rows = count = (int)group.RowCount;
        return Array.ConvertAll(_fields, field =>
        {
            var cells = Try(() => ParquetColumn.Read(group, field).ToArray());
            if (cells.Length != rows)
                throw Broken($"column '{Excerpt.Line(field.Name)}' has {cells.Length} values for {rows} rows");
            return cells;
        });
    }

    private DataField FieldOf(Field field) => field switch
    {
        DataField { IsArray: false } data when ParquetColumn.CanRead(data) => data,
        ListField { Item: DataField { IsArray: false } item } when ParquetColumn.CanRead(item) => item,
        _ => throw new TableColumnException(
            $"{Name}: column '{Excerpt.Line(field.Name)}' is {(field is DataField data ? $"of type {data.ClrType.Name}" : $"nested "
                + $"({field.SchemaType})")}; expected text, numbers, truth values, dates or lists of them. Write the file without it."),
    };

    /// <summary>Calls the library, which throws exceptions of many kinds on files that are not whole.</summary>
    private T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is not (OutOfMemoryException or TaskException or NotEnoughMemoryException))
        {
            throw Broken(Excerpt.Line(problem.Message.TrimEnd('.')), problem);
        }
    }

    private TableFormatException Broken(string problem, Exception? inner = null) =>
        new($"{Name}: is not a whole Parquet file ({problem}). Write or fetch it again.", inner);
}
