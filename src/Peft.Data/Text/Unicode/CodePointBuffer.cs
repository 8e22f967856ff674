namespace Peft.Data.Unicode;

/// <summary>A code point during normalisation, with the characters of the original text that it came from.</summary>
internal struct SourcedCodePoint
{
    public int CodePoint;
    public int Start;
    public int End;
}

/// <summary>Code points with their origin, and the two canonical Unicode normal forms on them.</summary>
internal sealed class CodePointBuffer(UnicodeTables tables)
{
    private const int HangulSyllables = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, SyllableCount = LeadCount * VowelCount * TailCount;
    private SourcedCodePoint[] _items = new SourcedCodePoint[64];
    private SourcedCodePoint[] _spare = new SourcedCodePoint[64];

    public int Count { get; private set; }

    public ref SourcedCodePoint this[int index] => ref _items[index];

    public void Clear() => Count = 0;

    public void Add(int codePoint, int start, int end)
    {
        if (Count == _items.Length) Array.Resize(ref _items, 2 * _items.Length);
        _items[Count++] = new SourcedCodePoint { CodePoint = codePoint, Start = start, End = end };
    }

    /// <summary>Normal form D: decomposed, accents in canonical order.</summary>
    public void Decompose()
    {
        var count = Count;
        (_items, _spare) = (_spare, _items);
        Count = 0;
        for (var i = 0; i < count; i++)
        {
            ref readonly var item = ref _spare[i];
            if (item.CodePoint < 0xC0) Add(item.CodePoint, item.Start, item.End);
            else AddDecomposed(item);
        }

        Reorder();
    }

    /// <summary>Normal form C: decomposed, ordered, then composed again.</summary>
    public void Compose()
    {
        Decompose();
        var written = 0;
        var starter = -1;
        var lastClass = 0;
        for (var i = 0; i < Count; i++)
        {
            var item = _items[i];
            var combining = tables.CombiningClass(item.CodePoint);
            var adjacent = starter >= 0 && starter == written - 1;
            // An accent is blocked from its starter by an earlier one of the same or a higher class.
            if (starter >= 0 && (adjacent || (lastClass < combining && lastClass != 0))
                && TryCompose(_items[starter].CodePoint, item.CodePoint, out var composed))
            {
                _items[starter].CodePoint = composed;
                _items[starter].End = Math.Max(_items[starter].End, item.End);
                continue;
            }

            if (combining == 0) starter = written;
            lastClass = combining;
            _items[written++] = item;
        }

        Count = written;
    }

    /// <summary>Removes every accent (category Mn); call it after <see cref="Decompose"/>.</summary>
    public void RemoveMarks()
    {
        var written = 0;
        for (var i = 0; i < Count; i++)
        {
            if (tables.ClassOf(_items[i].CodePoint) != CharClass.Mark) _items[written++] = _items[i];
        }

        Count = written;
    }

    private void AddDecomposed(in SourcedCodePoint item)
    {
        var syllable = item.CodePoint - HangulSyllables;
        if ((uint)syllable < SyllableCount)
        {
            Add(LeadBase + (syllable / (VowelCount * TailCount)), item.Start, item.End);
            Add(VowelBase + (syllable % (VowelCount * TailCount) / TailCount), item.Start, item.End);
            if (syllable % TailCount != 0) Add(TailBase + (syllable % TailCount), item.Start, item.End);
            return;
        }

        if (tables.Decomposition(item.CodePoint) is not { } parts)
        {
            Add(item.CodePoint, item.Start, item.End);
            return;
        }

        foreach (var part in parts) Add(part, item.Start, item.End);
    }

    private void Reorder()
    {
        for (var start = 0; start < Count; start++)
        {
            if (tables.CombiningClass(_items[start].CodePoint) == 0) continue;
            var end = start;
            var ordered = true;
            var previous = 0;
            for (; end < Count && tables.CombiningClass(_items[end].CodePoint) is var combining and not 0; end++)
            {
                ordered &= previous <= combining;
                previous = combining;
            }

            if (!ordered) SortByClass(start, end - start);
            start = end;
        }
    }

    private void SortByClass(int start, int length)
    {
        // The index in the key keeps the order of accents of one class, as the normal forms require.
        var keys = new long[length];
        for (var i = 0; i < length; i++) keys[i] = ((long)tables.CombiningClass(_items[start + i].CodePoint) << 32) | (uint)i;
        keys.AsSpan().Sort(_items.AsSpan(start, length));
    }

    private bool TryCompose(int first, int second, out int composed)
    {
        int lead = first - LeadBase, vowel = second - VowelBase;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
        {
            composed = HangulSyllables + (((lead * VowelCount) + vowel) * TailCount);
            return true;
        }

        int syllable = first - HangulSyllables, tail = second - TailBase;
        if ((uint)syllable < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            composed = first + tail;
            return true;
        }

        return tables.TryCompose(first, second, out composed);
    }
}
