using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary>Checks the columns of a table that grows while it is read, as one of JSON does.</summary>
/// <param name="known">The number of columns when the first row was written.</param>
/// <param name="added">The names of the predictions' columns.</param>
/// <param name="isFixed">Whether no column may join later.</param>
internal sealed class LaterColumns(int known, IReadOnlyList<string> added, bool isFixed)
{
    private int _checked = known;

    /// <exception cref="TableColumnException">A later column cannot be written.</exception>
    public void Check(TableRow row, IReadOnlyList<string> columns)
    {
        for (; _checked < columns.Count; _checked++)
        {
            var name = columns[_checked];
            var place = $"{row.Place} or later: has the column '{Excerpt.Line(name)}', which earlier rows lack, and";
            if (isFixed)
                throw new TableColumnException($"{place} the header is written already; write .jsonl.");
            if (added.Contains(name))
                throw new TableColumnException($"{place} the predictions have this name there; rename it in the input.");
        }
    }
}
