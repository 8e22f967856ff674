using Peft.Data.Unicode;

namespace Peft.Data;

/// <summary>
/// Splits one text into pieces by BERT's rules: finds added tokens, cleans the rest, splits it into words and words into pieces. It has
/// scratch memory, so use one per thread.
/// </summary>
internal sealed class WordPieceSplitter(
    WordPieceVocabulary vocabulary, WordPieceOptions options, AddedTokenSet added, int unknownId)
{
    private static readonly CharClass[] s_asciiClasses = [.. Enumerable.Range(0, 128).Select(UnicodeTables.Shared.ClassOf)];
    private static readonly char[] s_asciiLower =
        [.. Enumerable.Range(0, 128).Select(c => c is >= 'A' and <= 'Z' ? (char)(c + 32) : (char)c)];
    private static readonly char[] s_asciiSame = [.. Enumerable.Range(0, 128).Select(c => (char)c)];
    private readonly char[] _asciiCase = options.LowerCase ? s_asciiLower : s_asciiSame;
    private readonly WordPieceNormalizer _normalizer = new(options);
    private readonly CodePointBuffer _normalized = new(UnicodeTables.Shared);
    private readonly CodePointText _searched = new();
    private readonly CodePointBuffer _buffer = new(UnicodeTables.Shared);
    private readonly CodePointText _word = new();
    private char[] _asciiWord = new char[256];

    public PieceList First { get; } = new();

    public PieceList Second { get; } = new();

    /// <summary>Fills <paramref name="pieces"/>; may stop once it holds <paramref name="enough"/>.</summary>
    public void Split(string text, PieceList pieces, int enough)
    {
        pieces.Count = 0;
        foreach (var segment in added.AsGiven.Split(text))
        {
            if (segment.Id is { } id) pieces.Add(id, segment.From, segment.To);
            else if (added.Normalized.Any) SplitNormalized(text, segment.From, segment.To, pieces);
            else SplitPlain(text, segment.From, segment.To, pieces, enough);
            if (pieces.Count >= enough) return;
        }
    }

    /// <summary>Normalises the whole range first, because added tokens are recognised in the result.</summary>
    private void SplitNormalized(string text, int start, int end, PieceList pieces)
    {
        _normalizer.Normalize(text, start, end, _normalized);
        foreach (var segment in added.Normalized.Split(_searched.Write(_normalized, 0, _normalized.Count)))
        {
            var (first, last) = (_searched.OriginOf(segment.From), _searched.OriginOf(segment.To - 1));
            if (segment.Id is { } id)
            {
                pieces.Add(id, _normalized[first].Start, _normalized[last].End);
                continue;
            }

            _buffer.Clear();
            for (var i = first; i <= last; i++) _buffer.Add(_normalized[i].CodePoint, _normalized[i].Start, _normalized[i].End);
            SplitBuffer(pieces);
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
                if (length > _asciiWord.Length) _asciiWord = new char[2 * length];
                for (var i = 0; i < length; i++) _asciiWord[i] = _asciiCase[text[start + i]];
                if (!vocabulary.TrySplit(_asciiWord.AsSpan(0, length), pieces)) pieces.Add(unknownId, 0, length);
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
        _normalizer.Normalize(text, start, end, _buffer);
        SplitBuffer(pieces);
    }

    private void SplitBuffer(PieceList pieces)
    {
        _normalizer.Finish(_buffer);
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

    private bool IsBlank(int index) => UnicodeTables.Shared.ClassOf(_buffer[index].CodePoint) == CharClass.Space;

    /// <summary>
    /// Processes one blank-delimited token. A special token that appears only after cleaning is kept whole where case is kept; any other
    /// token is split at punctuation.
    /// </summary>
    private void SplitToken(int start, int end, PieceList pieces)
    {
        if (!options.LowerCase && added.SpecialId(_word.Write(_buffer, start, end)) is { } special)
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
        if (end - start > options.MaxWordLength || !vocabulary.TrySplit(_word.Write(_buffer, start, end), pieces))
        {
            pieces.Add(unknownId, _buffer[start].Start, _buffer[end - 1].End);
            return;
        }

        for (var i = first; i < pieces.Count; i++)
        {
            ref var piece = ref pieces[i];
            piece.Start = _buffer[_word.OriginOf(piece.Start)].Start;
            piece.End = _buffer[_word.OriginOf(piece.End - 1)].End;
        }
    }
}
