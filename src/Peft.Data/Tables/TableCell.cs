using System.Text.Json;

namespace Peft.Data;

/// <summary>A value of a table: text, a number as written, or in JSON and Parquet also a list or an object.</summary>
/// <param name="Text">The text, or the number or truth value as written; null for a missing value, a list and an object.</param>
/// <param name="Json">The list or object; null for every other value.</param>
public readonly record struct TableCell(string? Text, JsonElement? Json = null)
{
    /// <summary>The value of a column that a row lacks, and of null in JSON and Parquet.</summary>
    public static TableCell Missing => default;

    /// <summary>Whether the text is a number or truth value of JSON or Parquet, so that JSON written from it needs no quotation
    /// marks.</summary>
    public bool IsLiteral { get; init; }

    /// <summary>Whether there is no value.</summary>
    public bool IsMissing => Text is null && Json is null;
}
