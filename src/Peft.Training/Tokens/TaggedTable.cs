using System.Globalization;
using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>Reads tagged sentences from a table: a list of words and a list of tags in each row, or texts of them separated by
/// blanks.</summary>
internal static class TaggedTable
{
    /// <summary>The usual names of words, the most specific first.</summary>
    internal static IReadOnlyList<string> WordColumns { get; } = ["tokens", "words", "token", "word", "text"];
    private static readonly string[] s_tags = ["tags", "ner_tags", "labels", "ner", "tag", "label", "pos_tags"];

    /// <summary>Reads a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="wordColumn">The column of the words; null for the usual names.</param>
    /// <param name="tagColumn">The column of the tags; null for the usual names.</param>
    /// <exception cref="TaskException">A column is missing, or a row is malformed.</exception>
    public static TaggedFile Read(ITable table, string? wordColumn, string? tagColumn)
    {
        var columns = Choose(table, wordColumn, tagColumn);
        return new TaggedFile(table.Name, OwnTables.Read(table, row => Sentence(row, columns)), table.Skipped);
    }

    /// <summary>Chooses the columns.</summary>
    /// <exception cref="TableColumnException">One is missing.</exception>
    public static (string Words, string Tags) Choose(ITable table, string? wordColumn, string? tagColumn)
    {
        var words = OwnColumns.Find(table, wordColumn, WordColumns, "text-column", "words");
        return (words, OwnColumns.Find(table, tagColumn, s_tags, "label-column", "tags", except: words));
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="TableValueException">It is malformed.</exception>
    public static TaggedSentence Sentence(TableRow row, (string Words, string Tags) columns)
    {
        var (words, tags) = (List(row, columns.Words), List(row, columns.Tags));
        if (words.Length != tags.Length)
            throw row.Wrong(columns.Tags, string.Create(CultureInfo.InvariantCulture,
                $"expected a tag for each of {words.Length} words in '{columns.Words}', found {tags.Length} tags"));
        return new TaggedSentence(words, tags);
    }

    private static string[] List(TableRow row, string column)
    {
        var cell = row[column];
        string[] values = cell.Json is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => item.ValueKind switch
            {
                JsonValueKind.String => item.GetString()!,
                JsonValueKind.Number => item.GetRawText(),
                _ => throw row.Wrong(column, $"expected a list of texts, found {item.ValueKind} in it"),
            })]
            : cell.Text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                ?? throw row.Wrong(column, $"expected a list of texts, found {(cell.IsMissing ? "no value" : "an object")}");
        if (values.Length == 0)
            throw row.Wrong(column, "expected a list of texts, found an empty one");
        if (values.FirstOrDefault(string.IsNullOrWhiteSpace) is not null)
            throw row.Wrong(column, "has an empty text in its list");
        return values.FirstOrDefault(value => value.Length > ConllReader.LongestWord) is { Length: var length }
            ? throw row.Wrong(column, string.Create(CultureInfo.InvariantCulture,
                $"has a word of {length:N0} characters; expected at most {ConllReader.LongestWord:N0}"))
            : values;
    }
}
