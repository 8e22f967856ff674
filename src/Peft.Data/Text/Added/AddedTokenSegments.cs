namespace Peft.Data;

/// <summary>A range of a text.</summary>
/// <param name="From">First character.</param>
/// <param name="To">One past the last character.</param>
/// <param name="Id">The added token that covers it; null for other text.</param>
internal readonly record struct TextSegment(int From, int To, int? Id);

/// <summary>Enumerates the added tokens of a text and what is between them. It searches only as far as it is read.</summary>
internal ref struct AddedTokenSegments(AddedTokenFinder finder, ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _search;
    private int _covered;
    private TextSegment? _pending;

    public TextSegment Current { get; private set; }

    public readonly AddedTokenSegments GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_pending is { } token)
        {
            (Current, _pending) = (token, null);
            return true;
        }

        if (!finder.TryNext(_text, ref _search, _covered, out var found))
        {
            if (_covered >= _text.Length) return false;
            (Current, _covered) = (new TextSegment(_covered, _text.Length, null), _text.Length);
            _search = _text.Length;
            return true;
        }

        var before = _covered;
        _covered = found.To;
        if (before >= found.From)
        {
            Current = found;
            return true;
        }

        (Current, _pending) = (new TextSegment(before, found.From, null), found);
        return true;
    }
}
