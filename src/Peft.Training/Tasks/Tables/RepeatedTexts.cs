namespace Peft.Training;

/// <summary>Texts that are in two parts of the data.</summary>
/// <param name="Count">The number of rows whose text the other part has too.</param>
/// <param name="Text">The first of them.</param>
/// <param name="Row">Its row; null for none.</param>
internal sealed record RepeatedTexts(int Count, string Text, TableExample? Row)
{
    /// <summary>Finds the rows of a part whose text is trained on.</summary>
    public static RepeatedTexts Find(IReadOnlyList<TableExample> train, IReadOnlyList<TableExample> held)
    {
        var texts = held.GroupBy(Normalise).ToDictionary(same => same.Key, same => same.ToList());
        var found = train.Select(Normalise).Where(texts.ContainsKey).Distinct().SelectMany(text => texts[text]).ToList();
        var first = found.MinBy(row => row.Number);
        return new RepeatedTexts(found.Count, first?.Text ?? "", first);
    }

    /// <summary>A text in lower case with single blanks, and the second text of a pair.</summary>
    public static string Normalise(TableExample row) => row.Pair is null ? Normalise(row.Text) : Normalise(row.Text) + "\n"
        + Normalise(row.Pair);

    private static string Normalise(string text) => string.Join(
        ' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
