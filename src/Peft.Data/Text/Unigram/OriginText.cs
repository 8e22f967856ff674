namespace Peft.Data;

/// <summary>A changed text that knows which characters of the original text each of its characters comes from.</summary>
internal sealed class OriginText
{
    private char[] _characters = new char[256];
    private (int Start, int End)[] _origins = new (int, int)[256];

    /// <summary>The number of UTF-16 units.</summary>
    public int Count { get; private set; }

    /// <summary>The characters.</summary>
    public ReadOnlySpan<char> Characters => _characters.AsSpan(0, Count);

    /// <summary>The range of the original text that a unit comes from.</summary>
    public (int Start, int End) this[int index] => _origins[index];

    public void Clear() => Count = 0;

    /// <summary>Adds a unit.</summary>
    public void Add(char character, int start, int end)
    {
        if (Count == _characters.Length)
        {
            Array.Resize(ref _characters, 2 * Count);
            Array.Resize(ref _origins, 2 * Count);
        }

        _characters[Count] = character;
        _origins[Count++] = (start, end);
    }

    /// <summary>Adds a string whose units all come from one range.</summary>
    public void Add(ReadOnlySpan<char> characters, int start, int end)
    {
        foreach (var character in characters) Add(character, start, end);
    }

    /// <summary>Removes the units after the first ones.</summary>
    public void Cut(int count) => Count = count;
}
