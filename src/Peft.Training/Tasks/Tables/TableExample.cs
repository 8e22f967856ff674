namespace Peft.Training;

/// <summary>A row of a user's table.</summary>
/// <param name="Text">The text, or the first text of a pair.</param>
/// <param name="Pair">The second text; null for single texts.</param>
/// <param name="Labels">One label, several, or none; empty for a number.</param>
/// <param name="Target">The number to predict.</param>
/// <param name="Group">The value of the group's column; null for none.</param>
/// <param name="Number">The number of the row's line.</param>
internal sealed record TableExample(string Text, string? Pair, IReadOnlyList<string> Labels, double Target, string? Group, long Number);

/// <summary>The rows of a table.</summary>
/// <param name="File">The file.</param>
/// <param name="Unit">What the rows' numbers count.</param>
/// <param name="Columns">The columns that were read.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Skipped">Rows that were skipped; null for none.</param>
internal sealed record TableExamples(
    string File, string Unit, TableColumns Columns, IReadOnlyList<TableExample> Rows, Peft.Data.SkippedRows? Skipped)
{
    /// <summary>Every column of the table.</summary>
    public IReadOnlyList<string> AllColumns { get; init; } = [];

    /// <summary>The problems of the first rows that were skipped.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Where a row is, for messages.</summary>
    public string Place(TableExample row) => $"{File}, {Unit} {row.Number}";
}
