using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Peft.Data;

/// <summary>
/// A precompiled map of character sequences to their normalised forms, as files of sentencepiece and <c>tokenizer.json</c> have it: a
/// double-array trie over UTF-8 bytes (the layout of darts-clone), and the forms, each ended by a zero byte.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly byte[] _forms;

    /// <param name="bytes">The number of bytes of the trie (32 bits, little-endian), the trie, the forms.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="SentencePieceException">The lengths do not fit.</exception>
    public CharacterMap(ReadOnlySpan<byte> bytes, string source)
    {
        var length = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : uint.MaxValue;
        if (length % sizeof(uint) != 0 || length < sizeof(uint) || length > bytes.Length - sizeof(uint) || bytes[^1] != 0)
            throw new SentencePieceException(source, "its map of characters (precompiled_charsmap) is cut off or damaged; fetch the file "
                + "again");
        _units = MemoryMarshal.Cast<byte, uint>(bytes.Slice(sizeof(uint), (int)length)).ToArray();
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(_units, _units);
        _forms = bytes[(sizeof(uint) + (int)length)..].ToArray();
    }

    /// <summary>The form of the longest sequence that a text starts with.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="form">Its form in UTF-8; empty where the sequence is removed.</param>
    /// <returns>The number of bytes of the sequence; 0 where no sequence of the map matches.</returns>
    public int Longest(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> form)
    {
        var (node, length, value) = (Offset(_units[0]), 0, 0u);
        for (var at = 0; at < text.Length; at++)
        {
            node ^= text[at];
            if (node >= _units.Length || (_units[node] & 0x800000FF) != text[at])
                break;
            var unit = _units[node];
            node ^= Offset(unit);
            if (((unit >> 8) & 1) == 0 || node >= _units.Length)
                continue;
            (length, value) = (at + 1, _units[node] & 0x7FFFFFFF);
        }

        form = [];
        if (length == 0 || value >= _forms.Length)
            return 0;
        var rest = _forms.AsSpan((int)value);
        form = rest[..rest.IndexOf((byte)0)];
        return length;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);
}
