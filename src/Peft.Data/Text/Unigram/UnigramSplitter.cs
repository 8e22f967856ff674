namespace Peft.Data;

/// <summary>
/// Splits one text into pieces: finds added tokens, normalises the rest, marks blanks and searches the best split. It has scratch memory,
/// so use one per thread.
/// </summary>
internal sealed class UnigramSplitter(UnigramVocabulary vocabulary, UnigramOptions options, AddedTokenSet added)
{
    /// <summary>The mark of a blank (U+2581).</summary>
    public const char Mark = '\u2581';

    private OriginText _text = new();
    private OriginText _changed = new();
    private readonly OriginText _marked = new();
    private UnigramVocabulary.Node[] _nodes = [];

    public PieceList First { get; } = new();

    public PieceList Second { get; } = new();

    /// <summary>Fills <paramref name="pieces"/>.</summary>
    public void Split(string text, PieceList pieces)
    {
        pieces.Count = 0;
        foreach (var segment in added.AsGiven.Split(text))
        {
            if (segment.Id is { } id) pieces.Add(id, segment.From, segment.To);
            else SplitBetween(text, segment, pieces);
        }
    }

    /// <summary>The normalised form of an added token, which is compared with the normalised text.</summary>
    public static string Normalize(string token, UnigramOptions options)
    {
        var (text, changed) = (new OriginText(), new OriginText());
        Fill(text, token, 0, token.Length);
        Normalize(ref text, ref changed, options);
        return new string(text.Characters);
    }

    private static void Fill(OriginText to, string text, int from, int end)
    {
        to.Clear();
        for (var i = from; i < end; i++) to.Add(text[i], i, i + 1);
    }

    private static void Normalize(ref OriginText text, ref OriginText changed, UnigramOptions options)
    {
        foreach (var step in options.Steps)
        {
            changed.Clear();
            step(text, changed);
            (text, changed) = (changed, text);
        }
    }

    private void SplitBetween(string text, TextSegment between, PieceList pieces)
    {
        Fill(_text, text, between.From, between.To);
        Normalize(ref _text, ref _changed, options);
        foreach (var segment in added.Normalized.Split(_text.Characters))
        {
            if (segment.Id is { } id) pieces.Add(id, _text[segment.From].Start, _text[segment.To - 1].End);
            else SplitPlain(segment.From, segment.To, pieces);
        }
    }

    private void SplitPlain(int from, int to, PieceList pieces)
    {
        MarkBlanks(from, to);
        vocabulary.Split(_marked.Characters, ref _nodes, (id, first, last) => Add(id, first, last, pieces));
    }

    /// <summary>Joins blanks, puts one in front of the text and makes all of them marks.</summary>
    private void MarkBlanks(int from, int to)
    {
        _marked.Clear();
        var afterBlank = options.CollapsesBlanks;
        for (var i = from; i < to; i++)
        {
            var character = _text.Characters[i];
            var isBlank = character == ' ' || (options.SplitsAtBlanks && char.IsWhiteSpace(character));
            if (isBlank && afterBlank && (options.CollapsesBlanks || options.JoinsBlanks)) continue;
            if (_marked.Count == 0 && options.AddsPrefix && (options.CollapsesBlanks || !isBlank))
                _marked.Add(Mark, _text[i].Start, _text[i].Start);
            _marked.Add(isBlank ? Mark : character, _text[i].Start, _text[i].End);
            afterBlank = isBlank;
        }

        if (!options.StripsEnd) return;
        var end = _marked.Count;
        while (end > 0 && _marked.Characters[end - 1] == Mark) end--; // written marks too, as sentencepiece does
        _marked.Cut(end);
    }

    /// <summary>Adds a piece. The blank before a word is not part of its offsets.</summary>
    private void Add(int id, int first, int last, PieceList pieces)
    {
        var start = first < last - 1 && _marked.Characters[first] == Mark ? _marked[first + 1].Start : _marked[first].Start;
        pieces.Add(id, start, _marked[last - 1].End);
    }
}
