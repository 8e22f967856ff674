namespace Peft.Data;

/// <summary>One token and the characters it came from.</summary>
internal struct Piece
{
    public int Id;
    public int Start;
    public int End;
}

/// <summary>A growing list of tokens that reuses its memory and allows changing its items in place.</summary>
internal sealed class PieceList
{
    private Piece[] _items = new Piece[256];

    public int Count { get; set; }

    public ref Piece this[int index] => ref _items[index];

    public void Add(int id, int start, int end)
    {
        if (Count == _items.Length) Array.Resize(ref _items, 2 * _items.Length);
        ref var item = ref _items[Count++];
        item.Id = id;
        item.Start = start;
        item.End = end;
    }
}
