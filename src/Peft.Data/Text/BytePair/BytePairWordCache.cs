namespace Peft.Data;

/// <summary>Caches encoded words. It holds a limited number of short words and is cleared when full.</summary>
internal sealed class BytePairWordCache
{
    /// <summary>The largest number of words. Words are short, so this is a few megabytes.</summary>
    internal const int Capacity = 1 << 16;

    /// <summary>Longer words are not cached, because they are rare and seldom repeat.</summary>
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
