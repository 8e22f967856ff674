namespace Peft.Data;

/// <summary>
/// A table that is read row by row in constant memory: a CSV, TSV, JSONL, JSON or Parquet file, or standard input. Every task on a user's
/// own data reads one.
/// </summary>
public interface ITable : IDisposable
{
    /// <summary>The file, or <c>standard input</c>, for messages.</summary>
    string Name { get; }

    /// <summary>What <see cref="TableRow.Number"/> counts: <c>line</c>, <c>record</c> or <c>row</c>.</summary>
    string Unit { get; }

    /// <summary>The names of the columns. In JSON, later records may add columns, which join the end of the list.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>The index of a column in <see cref="Columns"/>; -1 if there is none.</summary>
    /// <param name="column">The name.</param>
    int IndexOf(string column);

    /// <summary>Reads the rows, once.</summary>
    /// <returns>The rows in their order. A malformed row is an error, or is skipped and counted if the table was opened so.</returns>
    /// <exception cref="TaskException">The file or a row is malformed.</exception>
    IEnumerable<TableRow> Rows();

    /// <summary>
    /// Refuses a row whose values cannot be used: throws, or skips and counts the row if the table was opened to skip malformed rows. The
    /// number of refused rows is checked at the end of <see cref="Rows"/>.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="problem">The error, which names the row's <see cref="TableRow.Place"/>.</param>
    void Refuse(TableRow row, TaskException problem);

    /// <summary>The malformed rows that were skipped so far; null for none.</summary>
    SkippedRows? Skipped { get; }
}
