using Peft.Data;

namespace Peft.Training;

/// <summary>Finds columns of a table by the names that a user gave, or by usual ones.</summary>
internal static class ColumnChoice
{
    /// <summary>The usual names of a text, the most telling first.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        "text", "sentence", "content", "review", "body", "tweet", "message", "comment", "document", "description", "utterance", "query",
        "question", "title", "input", "prompt", "article", "abstract", "headline", "summary", "post", "email", "ticket", "feedback",
    ];

    /// <summary>The usual names of a label, the most telling first.</summary>
    public static IReadOnlyList<string> Labels { get; } =
    [
        "label", "labels", "category", "class", "intent", "sentiment", "target", "topic", "tag", "tags", "categories", "score", "rating",
        "stars", "emotion", "genre", "type", "queue", "department", "answer", "output", "y",
    ];

    /// <summary>The usual names of two texts.</summary>
    public static IReadOnlyList<(string First, string Second)> Pairs { get; } =
    [
        ("sentence1", "sentence2"), ("text_a", "text_b"), ("premise", "hypothesis"), ("text1", "text2"), ("question1", "question2"),
        ("question", "sentence"), ("question", "answer"), ("query", "document"), ("query", "passage"), ("sentence_a", "sentence_b"),
    ];

    /// <summary>Finds a column that the user named.</summary>
    /// <exception cref="TableColumnException">There is none; the message names the nearest and all.</exception>
    public static string Named(ITable table, string name, string option)
    {
        if (table.IndexOf(name) >= 0)
            return name;
        var same = table.Columns.Where(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (same.Count == 1)
            return same[0];
        throw new TableColumnException(
            $"{table.Name}: has no column '{Excerpt.Cut(name)}' (--{option}){NearestName.Hint(name, table.Columns)}. Its columns: {ColumnNames.List(table.Columns)}.");
    }

    /// <summary>The first of the usual names that a table has; null for none. Case, blanks, - and _ do not matter.</summary>
    public static string? Usual(ITable table, IEnumerable<string> usual, params string?[] except) => usual
        .Select(name => table.Columns.FirstOrDefault(column => Plain(column) == Plain(name) && !except.Contains(column)))
        .FirstOrDefault(column => column is not null);

    private static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
}
