using Peft.Data;

namespace Peft.Training;

/// <summary>Finds the columns of a table that a task reads.</summary>
internal static class OwnColumns
{
    /// <summary>The column of a part of the examples.</summary>
    /// <param name="table">The table.</param>
    /// <param name="asked">The name that the user gave; null to look for the usual ones.</param>
    /// <param name="usual">The usual names, the best first.</param>
    /// <param name="option">The option by which a user names the column.</param>
    /// <param name="what">What the column holds, for messages.</param>
    /// <param name="except">A column that holds another part.</param>
    /// <exception cref="TableColumnException">There is no such column.</exception>
    public static string Find(
        ITable table, string? asked, IReadOnlyList<string> usual, string option, string what, string? except = null) => asked is not null
        ? ColumnChoice.Named(table, asked, option)
        : ColumnChoice.Usual(table, usual, except) ?? throw new TableColumnException(
            $"{table.Name}: has no column with a usual name of {what} ({string.Join(", ", usual)}){Nearest(table, usual)}. Name it with "
                + $"--{option}. Its columns: {ColumnNames.List(table.Columns)}.");

    private static string Nearest(ITable table, IReadOnlyList<string> usual) =>
        usual.Select(name => NearestName.Hint(name, table.Columns)).FirstOrDefault(hint => hint.Length > 0) ?? "";
}
