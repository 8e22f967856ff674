using System.Buffers.Binary;
using System.Text;

namespace Peft;

/// <summary>
/// Changes what a library requires of libstdc++. A version that the machine's libstdc++ lacks stops the loader, even where no symbol of that version is ever
/// called. The ELF format has a flag for this: a requirement marked weak (<c>VER_FLG_WEAK</c>) is not fatal.
/// Reference: ELF gABI and the Linux Standard Base, "Symbol Versioning", tables Verneed and Vernaux.
/// </summary>
internal static class ElfVersions
{
    private const int NeedsSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2;               // VER_FLG_WEAK

    /// <summary>Marks every version that a library requires of another as weak.</summary>
    /// <param name="image">The library's file, ELF of 64 bits, little-endian; changed in place.</param>
    /// <param name="library">The other library, such as libstdc++.so.6.</param>
    /// <returns>How many requirements were marked.</returns>
    public static int MarkWeak(Span<byte> image, string library)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            return 0;
        var sections = (int)BinaryPrimitives.ReadInt64LittleEndian(image[40..]);
        int size = Short(image, 58), count = Short(image, 60);
        for (var index = 0; index < count; index++)
        {
            var section = image.Slice(sections + index * size, size);
            if (BinaryPrimitives.ReadInt32LittleEndian(section[4..]) != NeedsSection)
                continue;
            var names = image.Slice(sections + BinaryPrimitives.ReadInt32LittleEndian(section[40..]) * size, size);
            return MarkWeak(image, Offset(section), Offset(names), library);
        }

        return 0;
    }

    private static int MarkWeak(Span<byte> image, int need, int names, string library)
    {
        var marked = 0;
        for (int next = 1; next != 0; need += next)
        {
            next = Int(image, need + 12);
            if (Name(image, names + Int(image, need + 4)) != library)
                continue;
            var version = need + Int(image, need + 8);
            for (var left = Short(image, need + 2); left > 0; left--, version += Int(image, version + 12))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(image[(version + 4)..], (ushort)(Short(image, version + 4) | Weak));
                marked++;
            }
        }

        return marked;
    }

    private static int Offset(ReadOnlySpan<byte> section) => (int)BinaryPrimitives.ReadInt64LittleEndian(section[24..]);

    private static int Int(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadInt32LittleEndian(image[at..]);

    private static ushort Short(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);

    private static string Name(ReadOnlySpan<byte> image, int at) => Encoding.ASCII.GetString(image[at..][..image[at..].IndexOf((byte)0)]);
}
