namespace Peft.Data;

/// <summary>A row of a table.</summary>
/// <param name="table">The table.</param>
/// <param name="number">The number of its first line, or of the row or record, from 1.</param>
/// <param name="cells">Its values, in the order of <see cref="ITable.Columns"/>.</param>
public sealed class TableRow(ITable table, long number, IReadOnlyList<TableCell> cells)
{
    /// <summary>The number of the row's first line, or of the row or record, from 1.</summary>
    public long Number => number;

    /// <summary>The values, in the order of <see cref="ITable.Columns"/>.</summary>
    public IReadOnlyList<TableCell> Cells => cells;

    /// <summary>Where the row is, for messages: <c>tickets.csv, line 12</c>.</summary>
    public string Place => $"{table.Name}, {table.Unit} {number}";

    /// <summary>The error about a malformed value of the row.</summary>
    /// <param name="column">The column.</param>
    /// <param name="problem">What was found and what was expected.</param>
    internal TableValueException Wrong(string column, string problem) =>
        new($"{Place}, column '{Excerpt.Line(column)}': {problem}. {MalformedRows.Advice}");

    /// <summary>The text of a column.</summary>
    /// <param name="column">The column.</param>
    /// <exception cref="TableValueException">There is none, or it is blank, a list or an object.</exception>
    internal string RequireText(string column) => this[column] switch
    {
        { Text: { } text } when !string.IsNullOrWhiteSpace(text) => text,
        { Json: { } json } => throw Wrong(column, $"expected a text, found {json.ValueKind} {Excerpt.Cut(json)}"),
        { IsMissing: true } => throw Wrong(column, "expected a text, found none"),
        _ => throw Wrong(column, "expected a text, found an empty one"),
    };

    /// <summary>The value of a column; <see cref="TableCell.Missing"/> if the row has none.</summary>
    /// <param name="column">The column's name.</param>
    public TableCell this[string column] => table.IndexOf(column) is var index && index >= 0 && index < cells.Count
        ? cells[index] : TableCell.Missing;
}
