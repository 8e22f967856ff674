using System.Buffers.Binary;
using System.Text;

namespace Peft;

/// <summary>
/// Changes what a library requires of libstdc++. The loader stops at a version that the machine's libstdc++ lacks, even if no symbol of
/// that version is ever called. The ELF format has a flag for this: a requirement marked weak (<c>VER_FLG_WEAK</c>) is not fatal.
/// Reference: ELF gABI and the Linux Standard Base, "Symbol Versioning", tables Verneed and Vernaux.
/// </summary>
internal static class ElfVersions
{
    private const int NeedsSection = 0x6ffffffe; // SHT_GNU_verneed
    private const byte Weak = 2;                 // VER_FLG_WEAK, in the low byte of vna_flags

    /// <summary>Marks every version that a library requires of another as weak.</summary>
    /// <param name="image">The library's file, 64-bit little-endian ELF; changed in place. A damaged or other file is not changed.</param>
    /// <param name="library">The other library, such as libstdc++.so.6.</param>
    /// <returns>The number of requirements marked.</returns>
    public static int MarkWeak(Span<byte> image, string library)
    {
        var flags = new SortedSet<int>();
        if (!image.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]) || !FindFlags(image, library, flags))
            return 0;
        foreach (var at in flags)
            image[at] |= Weak;
        return flags.Count;
    }

    /// <summary>Finds the flags of all requirements. Positions come from the file, so each is checked before it is read.</summary>
    /// <returns>False if a position is outside the file or points back.</returns>
    private static bool FindFlags(ReadOnlySpan<byte> image, string library, SortedSet<int> flags)
    {
        if (Long(image, 40) is not { } sections || Short(image, 58) is not { } size || Short(image, 60) is not { } count
            || !Has(image, sections, size * count))
        {
            return false;
        }

        for (var index = 0; index < count; index++)
        {
            var section = sections + index * size;
            if (Int(image, section + 4) is not { } type)
                return false;
            if (type != NeedsSection)
                continue;
            return Int(image, section + 40) is { } strings
                && Long(image, section + 24) is { } needs
                && Long(image, sections + (long)strings * size + 24) is { } names
                && FindFlags(image, needs, names, library, flags);
        }

        return true;
    }

    /// <summary>Iterates over the list of other libraries (Verneed), each with its list of versions (Vernaux).</summary>
    private static bool FindFlags(ReadOnlySpan<byte> image, long need, long names, string library, SortedSet<int> flags)
    {
        for (int next = 1; next != 0; need += next)
        {
            if (Short(image, need + 2) is not { } versions || Int(image, need + 4) is not { } name || Int(image, need + 8) is not { } first
                || Int(image, need + 12) is not (>= 0 and var following))
            {
                return false;
            }

            next = following;
            if (IsText(image, names + name, library) && !FindFlags(image, need + first, versions, flags))
                return false;
        }

        return true;
    }

    private static bool FindFlags(ReadOnlySpan<byte> image, long version, int count, SortedSet<int> flags)
    {
        for (; count > 0; count--)
        {
            if (Short(image, version + 4) is null || Int(image, version + 12) is not (>= 0 and var next))
                return false;
            flags.Add((int)version + 4);
            version += next;
        }

        return true;
    }

    private static long? Long(ReadOnlySpan<byte> image, long at) =>
        Has(image, at, 8) ? BinaryPrimitives.ReadInt64LittleEndian(image[(int)at..]) : null;

    private static int? Int(ReadOnlySpan<byte> image, long at) =>
        Has(image, at, 4) ? BinaryPrimitives.ReadInt32LittleEndian(image[(int)at..]) : null;

    private static int? Short(ReadOnlySpan<byte> image, long at) =>
        Has(image, at, 2) ? BinaryPrimitives.ReadUInt16LittleEndian(image[(int)at..]) : null;

    private static bool Has(ReadOnlySpan<byte> image, long at, int length) => at >= 0 && at <= image.Length - length;

    /// <summary>Whether a zero-terminated text is at a position.</summary>
    private static bool IsText(ReadOnlySpan<byte> image, long at, string text) =>
        Has(image, at, text.Length + 1) && image[(int)at..].StartsWith(Encoding.ASCII.GetBytes(text)) && image[(int)at + text.Length] == 0;
}
