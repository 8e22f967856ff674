namespace Peft.Data;

/// <summary>Words already spelt, with their pieces. Holds a bounded number of short words and starts over when full.</summary>
internal sealed class BytePairWordCache
{
    /// <summary>Most words kept: with a word's characters bounded too, a few megabytes.</summary>
    internal const int Capacity = 1 << 16;

    /// <summary>Longer words are rare and seldom come back.</summary>
    internal const int LongestWord = 32;
    private readonly Dictionary<string, Piece[]> words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Piece[]>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public BytePairWordCache() => lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => words.Count;

    public bool TryGet(ReadOnlySpan<char> word, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Piece[]? pieces)
    {
        pieces = null;
        return word.Length <= LongestWord && lookup.TryGetValue(word, out pieces);
    }

    public void Keep(ReadOnlySpan<char> word, ReadOnlySpan<Piece> pieces)
    {
        if (word.Length > LongestWord) return;
        if (words.Count >= Capacity) words.Clear();
        lookup[word] = pieces.ToArray();
    }
}
