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
    /// <exception cref="OwnColumnException">There is no such column.</exception>
    public static string Find(ITable table, string? asked, IReadOnlyList<string> usual, string option, string what) =>
        TryFind(table, asked, usual) ?? throw new OwnColumnException(asked is null
            ? $"{table.Name}: has no column of {what}; expected {string.Join(", ", usual)}, or the column's name in --{option}, found "
                + $"{Shown(table)}."
            : $"{table.Name}: has no column '{Excerpt.Cut(asked)}'{NearestName.Hint(asked, table.Columns)}, which --{option} names; found "
                + $"{Shown(table)}.");

    /// <summary>The column, or null if there is none.</summary>
    public static string? TryFind(ITable table, string? asked, IReadOnlyList<string> usual) => asked is not null
        ? table.IndexOf(asked) >= 0 ? asked : null
        : usual.Select(name => table.Columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(column => column is not null);

    private static string Shown(ITable table) => table.Columns.Count == 0
        ? "no columns" : Excerpt.Cut(string.Join(", ", table.Columns));
}

/// <summary>A table lacks a column that a task needs.</summary>
/// <param name="message">The table, the column, what was found and what to do.</param>
public sealed class OwnColumnException(string message) : TaskException(message);
