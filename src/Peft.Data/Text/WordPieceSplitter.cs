using Peft.Data.Unicode;

namespace Peft.Data;

/// <summary>
/// Splits one text into pieces by BERT's rules: finds special tokens, cleans the rest, splits it into words and words into pieces. It has
/// scratch memory, so use one per thread.
/// </summary>
internal sealed class WordPieceSplitter(
    WordPieceVocabulary vocabulary, WordPieceOptions options, SpecialTokenFinder specials, int unknownId)
{
    private const int CapitalIWithDot = 0x130, CombiningDot = 0x307;
    private static readonly CharClass[] s_asciiClasses = [.. Enumerable.Range(0, 128).Select(UnicodeTables.Shared.ClassOf)];
    private static readonly char[] s_asciiLower =
        [.. Enumerable.Range(0, 128).Select(c => c is >= 'A' and <= 'Z' ? (char)(c + 32) : (char)c)];
    private static readonly char[] s_asciiSame = [.. Enumerable.Range(0, 128).Select(c => (char)c)];
    private readonly char[] _asciiCase = options.LowerCase ? s_asciiLower : s_asciiSame;
    private readonly bool _stripAccents = options.StripAccents ?? options.LowerCase;
    private readonly CodePointBuffer _buffer = new(UnicodeTables.Shared);
    private char[] _word = new char[256];
    private int[] _wordOrigins = new int[256];

    public PieceList First { get; } = new();

    public PieceList Second { get; } = new();

    /// <summary>Fills <paramref name="pieces"/>; may stop once it holds <paramref name="enough"/>.</summary>
    public void Split(string text, PieceList pieces, int enough)
    {
        pieces.Count = 0;
        var position = 0;
        while (position < text.Length && pieces.Count < enough)
        {
            var (start, length, id) = specials.Next(text, position);
            SplitPlain(text, position, start, pieces, enough);
            if (length > 0) pieces.Add(id, start, start + length);
            position = start + length;
        }
    }

    private void SplitPlain(string text, int start, int end, PieceList pieces, int enough)
    {
        while (start < end && pieces.Count < enough)
        {
            if (text[start] < 128 && s_asciiClasses[text[start]] == CharClass.Space)
            {
                start++;
                continue;
            }

            var chunkEnd = start;
            var simple = true;
            for (; chunkEnd < end; chunkEnd++)
            {
                var c = text[chunkEnd];
                var kind = c < 128 ? s_asciiClasses[c] : CharClass.Removed;
                if (kind == CharClass.Space) break;
                simple &= kind != CharClass.Removed;
            }

            // Nothing normalises across a blank, so the rare chunks with more than plain ASCII use a separate, slower path.
            if (simple) SplitAscii(text, start, chunkEnd, pieces);
            else SplitUnicode(text, start, chunkEnd, pieces);
            start = chunkEnd;
        }
    }

    private void SplitAscii(string text, int start, int end, PieceList pieces)
    {
        while (start < end)
        {
            var wordEnd = start;
            while (wordEnd < end && s_asciiClasses[text[wordEnd]] != CharClass.Punctuation) wordEnd++;
            if (wordEnd == start) wordEnd++;
            var length = wordEnd - start;
            var first = pieces.Count;
            if (length > options.MaxWordLength)
            {
                pieces.Add(unknownId, start, wordEnd);
            }
            else
            {
                EnsureWord(length);
                for (var i = 0; i < length; i++) _word[i] = _asciiCase[text[start + i]];
                if (!vocabulary.TrySplit(_word.AsSpan(0, length), pieces)) pieces.Add(unknownId, 0, length);
                for (var i = first; i < pieces.Count; i++)
                {
                    pieces[i].Start += start;
                    pieces[i].End += start;
                }
            }

            start = wordEnd;
        }
    }

    private void SplitUnicode(string text, int start, int end, PieceList pieces)
    {
        Clean(text, start, end);
        if (_stripAccents)
        {
            _buffer.Decompose();
            _buffer.RemoveMarks();
        }
        else
        {
            _buffer.Compose();
        }

        for (var i = 0; i < _buffer.Count;)
        {
            if (IsBlank(i))
            {
                i++;
                continue;
            }

            var tokenEnd = i;
            while (tokenEnd < _buffer.Count && !IsBlank(tokenEnd)) tokenEnd++;
            SplitToken(i, tokenEnd, pieces);
            i = tokenEnd;
        }
    }

    /// <summary>Lower-cases, removes what BERT removes and separates ideographs; fills the buffer.</summary>
    private void Clean(string text, int start, int end)
    {
        var tables = UnicodeTables.Shared;
        _buffer.Clear();
        for (var i = start; i < end;)
        {
            var (codePoint, width) = i + 1 < end && char.IsSurrogatePair(text[i], text[i + 1])
                ? (char.ConvertToUtf32(text[i], text[i + 1]), 2) : (text[i], 1);
            var (from, to) = (i, i + width);
            i = to;
            if (options.LowerCase && codePoint == CapitalIWithDot)
            {
                // The one code point whose lower case is two.
                _buffer.Add('i', from, to);
                _buffer.Add(CombiningDot, from, to);
                continue;
            }

            // Letter by letter, as in the reference, so that a final capital sigma becomes the ordinary small one.
            if (options.LowerCase) codePoint = tables.Lower(codePoint);
            var kind = tables.ClassOf(codePoint);
            if (kind == CharClass.Removed) continue;
            var apart = kind == CharClass.Ideograph && options.SplitIdeographs;
            if (apart) _buffer.Add(' ', from, from);
            _buffer.Add(kind == CharClass.Space ? ' ' : codePoint, from, to);
            if (apart) _buffer.Add(' ', to, to);
        }
    }

    private bool IsBlank(int index) => UnicodeTables.Shared.ClassOf(_buffer[index].CodePoint) is CharClass.Space or CharClass.Separator;

    /// <summary>
    /// Processes one blank-delimited token. A special token that appears only after cleaning is kept whole; otherwise the token is split at
    /// punctuation.
    /// </summary>
    private void SplitToken(int start, int end, PieceList pieces)
    {
        if (specials.Any && specials.IdOf(_word.AsSpan(0, Spell(start, end))) is { } special)
        {
            pieces.Add(special, _buffer[start].Start, _buffer[end - 1].End);
            return;
        }

        while (start < end)
        {
            var wordEnd = start;
            while (wordEnd < end && UnicodeTables.Shared.ClassOf(_buffer[wordEnd].CodePoint) != CharClass.Punctuation) wordEnd++;
            if (wordEnd == start) wordEnd++;
            AddWord(start, wordEnd, pieces);
            start = wordEnd;
        }
    }

    private void AddWord(int start, int end, PieceList pieces)
    {
        var first = pieces.Count;
        if (end - start > options.MaxWordLength || !vocabulary.TrySplit(_word.AsSpan(0, Spell(start, end)), pieces))
        {
            pieces.Add(unknownId, _buffer[start].Start, _buffer[end - 1].End);
            return;
        }

        for (var i = first; i < pieces.Count; i++)
        {
            ref var piece = ref pieces[i];
            piece.Start = _buffer[_wordOrigins[piece.Start]].Start;
            piece.End = _buffer[_wordOrigins[piece.End - 1]].End;
        }
    }

    /// <summary>
    /// Writes a range of the buffer as UTF-16 into <see cref="_word"/>, and each unit's code point into <see cref="_wordOrigins"/>; returns
    /// the length.
    /// </summary>
    private int Spell(int start, int end)
    {
        EnsureWord(2 * (end - start));
        var length = 0;
        for (var i = start; i < end; i++)
        {
            var codePoint = _buffer[i].CodePoint;
            _wordOrigins[length] = i;
            if (codePoint < 0x10000)
            {
                _word[length++] = (char)codePoint;
                continue;
            }

            _wordOrigins[length + 1] = i;
            _word[length++] = (char)(0xD7C0 + (codePoint >> 10));
            _word[length++] = (char)(0xDC00 + (codePoint & 0x3FF));
        }

        return length;
    }

    private void EnsureWord(int length)
    {
        if (length <= _word.Length) return;
        _word = new char[2 * length];
        _wordOrigins = new int[2 * length];
    }
}
