using System.Buffers.Binary;

namespace Peft.Data.Unicode;

/// <summary>
/// Letters, numbers and blanks from our own table (see <c>make_byte_pair_classes.py</c>), because ids must not change with the runtime's
/// Unicode version.
/// </summary>
internal sealed class WordClassTable
{
    private const int BasicPlane = 0x10000;
    private readonly WordClass[] _basic = new WordClass[BasicPlane];
    private readonly int[] _starts;
    private readonly WordClass[] _classes;

    private WordClassTable(ReadOnlySpan<byte> bytes)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        _starts = new int[count];
        _classes = new WordClass[count];
        for (var i = 0; i < count; i++)
        {
            var run = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + (4 * i))..]);
            (_starts[i], _classes[i]) = ((int)(run >> 2), (WordClass)(run & 3));
        }

        for (var i = 0; i < count && _starts[i] < BasicPlane; i++)
            Array.Fill(_basic, _classes[i], _starts[i], Math.Min(BasicPlane, i + 1 < count ? _starts[i + 1] : BasicPlane) - _starts[i]);
    }

    /// <summary>The table, loaded once.</summary>
    public static WordClassTable Shared { get; } = Load();

    /// <summary>The class of the code point at a position, and its width in UTF-16 units.</summary>
    public WordClass At(ReadOnlySpan<char> text, int index, out int width)
    {
        var unit = text[index];
        width = 1;
        if (!char.IsHighSurrogate(unit) || index + 1 >= text.Length || !char.IsLowSurrogate(text[index + 1])) return _basic[unit];
        width = 2;
        return OfAstral(char.ConvertToUtf32(unit, text[index + 1]));
    }

    private WordClass OfAstral(int codePoint)
    {
        var index = Array.BinarySearch(_starts, codePoint);
        return _classes[index >= 0 ? index : ~index - 1];
    }

    private static WordClassTable Load()
    {
        using var stream = typeof(WordClassTable).Assembly.GetManifestResourceStream("Peft.Data.byte_pair.bin")
            ?? throw new InvalidOperationException("The assembly was built without its resource Peft.Data.byte_pair.bin.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new WordClassTable(bytes);
    }
}
