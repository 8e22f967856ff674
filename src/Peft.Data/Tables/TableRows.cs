namespace Peft.Data;

/// <summary>What the tables of all formats share: columns by name, and malformed rows.</summary>
/// <param name="name">The file, for messages.</param>
/// <param name="unit">What the rows' numbers count.</param>
/// <param name="options">Whether malformed rows are skipped.</param>
internal sealed class TableRows(string name, string unit, TableOptions options)
{
    private readonly MalformedRows _malformed = new(name, options.SkipMalformed, unit);
    private readonly List<string> _columns = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private long _read;
    private int _refused;

    public IReadOnlyList<string> Columns => _columns;

    public SkippedRows? Skipped => _malformed.Skipped;

    public int IndexOf(string column) => _indices.GetValueOrDefault(column, -1);

    /// <summary>Adds a column.</summary>
    /// <returns>Its index.</returns>
    public int Add(string column)
    {
        if (_columns.Count == TableLimits.Columns)
            throw new TableLimitException(name, $"has more than {TableLimits.Columns} columns");
        _columns.Add(column);
        return _indices[column] = _columns.Count - 1;
    }

    /// <summary>Adds the names of a header, which must differ.</summary>
    /// <param name="names">The names. The first may be empty: a saved index has none.</param>
    /// <param name="place">Where they are, for messages.</param>
    public void AddHeader(IReadOnlyList<string> names, string place)
    {
        for (var index = 0; index < names.Count; index++)
        {
            var column = names[index].Trim();
            if (column.Length == 0 && (index > 0 || names.Count == 1))
                throw new TableColumnException(
                    $"{place}: column {index + 1} has no name; the first line names the columns, and it has {ColumnNames.List(names)}. "
                        + "Name each.");
            if (column.Length == 0)
                column = "column 1";
            if (_indices.TryGetValue(column, out var first))
                throw new TableColumnException(
                    $"{place}: columns {first + 1} and {index + 1} are both named '{Excerpt.Cut(column)}'; give each another name.");
            Add(column);
        }
    }

    /// <summary>Counts a row that was read.</summary>
    public void Read() => _read++;

    /// <summary>Skips a malformed row, or throws its error.</summary>
    public void Malformed(long number, TaskException problem) => _malformed.Try((int)Math.Min(number, int.MaxValue), () => throw problem);

    /// <summary>Refuses a row that was read.</summary>
    public void Refuse(TableRow row, TaskException problem)
    {
        Malformed(row.Number, problem);
        _refused++;
    }

    /// <summary>Checks the numbers of rows at the end of the file.</summary>
    /// <exception cref="TableFormatException">There is no row.</exception>
    /// <exception cref="MalformedFileException">More rows are malformed than were read.</exception>
    public void Close()
    {
        _malformed.Close((int)Math.Min(_read - _refused, int.MaxValue));
        if (_read == 0)
            throw new TableFormatException($"{name}: has no {unit} of examples{(_columns.Count > 0 ? " below its header" : "")}. "
                + $"Add some.");
    }
}
