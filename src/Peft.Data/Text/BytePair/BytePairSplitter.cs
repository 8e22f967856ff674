using System.Text;

namespace Peft.Data;

/// <summary>
/// Splits one text into pieces: finds added tokens, splits the rest into words, encodes words as bytes and merges the bytes. It has scratch
/// memory, so use one per thread.
/// </summary>
internal sealed class BytePairSplitter(BytePairVocabulary vocabulary, BytePairOptions options, AddedTokenSet addedTokens)
{
    private readonly BytePairMerger _merger = new(vocabulary.Merges);
    private readonly BytePairWordCache _cache = new();
    private Piece[] _letters = new Piece[256];

    public PieceList First { get; } = new();

    public PieceList Second { get; } = new();

    public int CachedWords => _cache.Count;

    /// <summary>Fills <paramref name="pieces"/>; may stop once it holds <paramref name="enough"/>.</summary>
    public void Split(string text, PieceList pieces, int enough)
    {
        pieces.Count = 0;
        if (!options.KeepBlankTexts && !text.AsSpan().ContainsAnyExcept(Blanks.All)) return;
        foreach (var segment in addedTokens.AsGiven.Split(text))
        {
            if (segment.Id is { } id) pieces.Add(id, segment.From, segment.To);
            else SplitBetween(text, segment, pieces, enough);
            if (pieces.Count >= enough) return;
        }
    }

    /// <summary>Processes what is between the tokens of the first pass: it is searched for those of the second.</summary>
    private void SplitBetween(string text, TextSegment between, PieceList pieces, int enough)
    {
        var part = text.AsSpan(between.From, between.To - between.From);
        foreach (var segment in addedTokens.Normalized.Split(part))
        {
            var (from, to) = (between.From + segment.From, between.From + segment.To);
            if (segment.Id is { } id) pieces.Add(id, from, to);
            else if (options.AddPrefixSpace && text[from] != ' ') SplitPrefixed(text.AsSpan(from, to - from), from, pieces, enough);
            else SplitPlain(text.AsSpan(0, to), from, pieces, enough);
            if (pieces.Count >= enough) return;
        }
    }

    private void SplitPrefixed(ReadOnlySpan<char> text, int start, PieceList pieces, int enough)
    {
        var first = pieces.Count;
        SplitPlain(string.Concat(" ", text), 0, pieces, enough);
        for (var i = first; i < pieces.Count; i++)
        {
            ref var piece = ref pieces[i];
            (piece.Start, piece.End) = (start + Math.Max(0, piece.Start - 1), start + Math.Max(0, piece.End - 1));
        }
    }

    /// <summary>
    /// Processes text without added tokens. If <paramref name="escaped"/>, characters from U+DC80 on are bytes that are not UTF-8 (see
    /// <see cref="EscapedBytes"/>).
    /// </summary>
    public void SplitPlain(ReadOnlySpan<char> text, int start, PieceList pieces, int enough, bool escaped = false)
    {
        while (start < text.Length && pieces.Count < enough)
        {
            var end = WordScanner.End(text, start);
            AddWord(text[start..end], start, pieces, escaped);
            start = end;
        }
    }

    private void AddWord(ReadOnlySpan<char> word, int start, PieceList pieces, bool escaped)
    {
        if (!_cache.TryGet(word, out var spelt))
        {
            var isText = Spell(word, escaped, out var count);
            var merged = _letters.AsSpan(0, _merger.Merge(_letters.AsSpan(0, count)));
            if (options.TrimOffsets) Trim(word, merged);
            if (isText) _cache.Keep(word, merged);
            foreach (ref readonly var piece in merged) pieces.Add(piece.Id, start + piece.Start, start + piece.End);
            return;
        }

        foreach (ref readonly var piece in spelt.AsSpan()) pieces.Add(piece.Id, start + piece.Start, start + piece.End);
    }

    /// <summary>
    /// Writes a word's bytes, each with its character; false if an unpaired surrogate makes the result depend on the kind of text.
    /// </summary>
    private bool Spell(ReadOnlySpan<char> word, bool escaped, out int count)
    {
        if (_letters.Length < 3 * word.Length) _letters = new Piece[4 * word.Length];
        Span<byte> bytes = stackalloc byte[4];
        count = 0;
        var isText = true;
        for (var i = 0; i < word.Length;)
        {
            var whole = Rune.DecodeFromUtf16(word[i..], out var rune, out var width) == System.Buffers.OperationStatus.Done;
            isText &= whole;
            var length = rune.EncodeToUtf8(bytes);
            if (!whole && escaped) length = EscapedBytes.Restore(word[i], bytes);
            foreach (var value in bytes[..length])
                _letters[count++] = new Piece { Id = vocabulary.IdOfByte(value), Start = i, End = i + width };
            i += width;
        }

        return isText;
    }

    private static void Trim(ReadOnlySpan<char> word, Span<Piece> pieces)
    {
        foreach (ref var piece in pieces)
        {
            while (piece.Start < piece.End && word[piece.Start] == ' ') piece.Start++;
        }
    }
}
