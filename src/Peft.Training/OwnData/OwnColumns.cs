using Peft.Data;

namespace Peft.Training;

/// <summary>Finds the columns of a user's table: by the name that the user gave, or by their usual names.</summary>
internal static class OwnColumns
{
    /// <summary>The usual names of a text, the most specific first.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        "text", "sentence", "content", "review", "body", "tweet", "message", "comment", "document", "description", "utterance", "query",
        "question", "title", "input", "article", "abstract", "headline", "summary", "post", "email", "ticket", "feedback",
    ];

    /// <summary>The usual names of a label, the most specific first.</summary>
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
            $"{table.Name}: has no column '{Excerpt.Cut(name)}' (--{option}){NearestName.Hint(name, table.Columns)}. Its columns: "
                + $"{ColumnNames.List(table.Columns)}.");
    }

    /// <summary>The first of the usual names that a table has; null for none. Case, blanks, - and _ do not matter.</summary>
    public static string? Usual(ITable table, IEnumerable<string> usual, params string?[] except) => usual
        .Select(name => table.Columns.FirstOrDefault(column => Plain(column) == Plain(name) && !except.Contains(column)))
        .FirstOrDefault(column => column is not null);

    private static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

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
        ? Named(table, asked, option)
        : Usual(table, usual, except) ?? throw new TableColumnException(
            $"{table.Name}: has no column with a usual name of {what} ({string.Join(", ", usual)}){Nearest(table, usual)}. Name it with "
                + $"--{option}. Its columns: {ColumnNames.List(table.Columns)}.");

    private static string Nearest(ITable table, IReadOnlyList<string> usual) =>
        usual.Select(name => NearestName.Hint(name, table.Columns)).FirstOrDefault(hint => hint.Length > 0) ?? "";
}
