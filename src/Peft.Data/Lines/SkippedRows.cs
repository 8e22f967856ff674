namespace Peft.Data;

/// <summary>The malformed rows of a file that were skipped.</summary>
/// <param name="File">The file.</param>
/// <param name="Count">The number of skipped rows.</param>
/// <param name="First">The numbers of the first of them, from 1; at most <see cref="Shown"/>.</param>
/// <param name="Unit">What the numbers count: <c>line</c>, or <c>record</c> or <c>entry</c> in JSON.</param>
public sealed record SkippedRows(string File, int Count, IReadOnlyList<int> First, string Unit = "line")
{
    /// <summary>How many numbers are kept.</summary>
    public const int Shown = 5;

    /// <summary>A list with the skipped rows; empty if none were skipped.</summary>
    internal static IReadOnlyList<SkippedRows> List(SkippedRows? skipped) => skipped is null ? [] : [skipped];

    /// <summary>The notice for the user: <c>dev.tsv: 12 malformed rows skipped (lines 17, 45, 46, 51, 60, ...)</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        var unit = Count == 1 ? Unit : Unit.EndsWith('y') ? Unit[..^1] + "ies" : Unit + "s";
        var numbers = string.Join(", ", First) + (Count > First.Count ? ", ..." : "");
        return $"{File}: {Count} malformed {(Count == 1 ? "row" : "rows")} skipped ({unit} {numbers})";
    }
}
