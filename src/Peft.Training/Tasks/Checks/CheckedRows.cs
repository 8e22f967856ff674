using Peft.Data;

namespace Peft.Training;

/// <summary>The rows of a file that is checked: examples of a table, sentences or documents.</summary>
/// <param name="File">The file.</param>
/// <param name="Unit">What the rows' numbers count.</param>
/// <param name="Rows">The rows that can be used.</param>
internal sealed record CheckedRows(string File, string Unit, IReadOnlyList<TableExample> Rows)
{
    /// <summary>Every column of a table; empty for other files.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The columns by what is read from them; empty for other files than tables.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; init; } = new Dictionary<string, string>();

    /// <summary>The rows that cannot be used; null for none.</summary>
    public SkippedRows? Skipped { get; init; }

    /// <summary>The problems of the first of them.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Where a row is, for messages.</summary>
    public string Place(TableExample row) => $"{File}, {Unit} {row.Number}";

    /// <summary>The rows of a table that a task with a head reads.</summary>
    public static CheckedRows From(TableExamples table) => new(table.File, table.Unit, table.Rows)
    {
        Columns = table.AllColumns, Parts = table.Columns.ByPart, Skipped = table.Skipped, Problems = table.Problems,
    };

    /// <summary>Reads a table. Rows that cannot be used are skipped and described, even if they are the majority.</summary>
    /// <param name="table">The table, opened to skip malformed rows.</param>
    /// <param name="parts">The columns by what is read from them.</param>
    /// <param name="read">Reads a row; throws <see cref="TableValueException"/> if it is malformed.</param>
    public static CheckedRows Read(ITable table, IReadOnlyDictionary<string, string> parts, Func<TableRow, TableExample> read)
    {
        var problems = new List<string>();
        var rows = OwnTables.Read(table, read, problems);
        return new CheckedRows(table.Name, table.Unit, rows)
        {
            Columns = table.Columns, Parts = parts, Skipped = table.Skipped, Problems = problems,
        };
    }
}
