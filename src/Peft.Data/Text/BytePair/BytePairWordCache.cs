namespace Peft.Data;

/// <summary>Caches encoded words. It holds a limited number of short words and is cleared when full.</summary>
internal sealed class BytePairWordCache
{
    /// <summary>The largest number of words. Words are short, so this is a few megabytes.</summary>
    internal const int Capacity = 1 << 16;

    /// <summary>Longer words are not cached, because they are rare and seldom repeat.</summary>
    internal const int LongestWord = 32;
    private readonly Dictionary<string, Piece[]> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Piece[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public BytePairWordCache() => _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => _words.Count;

    public bool TryGet(ReadOnlySpan<char> word, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Piece[]? pieces)
    {
        pieces = null;
        return word.Length <= LongestWord && _lookup.TryGetValue(word, out pieces);
    }

    public void Keep(ReadOnlySpan<char> word, ReadOnlySpan<Piece> pieces)
    {
        if (word.Length > LongestWord) return;
        if (_words.Count >= Capacity) _words.Clear();
        _lookup[word] = pieces.ToArray();
    }
}
