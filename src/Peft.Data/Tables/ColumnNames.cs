using System.Globalization;

namespace Peft.Data;

/// <summary>Names of columns, for messages.</summary>
internal static class ColumnNames
{
    private const int Shown = 30;

    /// <summary>Names in quotation marks, not all of very many.</summary>
    public static string List(IReadOnlyList<string> columns) => string.Join(", ", columns.Take(Shown).Select(name => $"'{Excerpt.Line(name)}'"))
        + (columns.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {columns.Count - Shown} more") : "");
}
