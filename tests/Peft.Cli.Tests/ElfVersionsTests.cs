using System.Buffers.Binary;

namespace Peft.Cli.Tests;

/// <summary>Requirements of libstdc++ are marked weak; a file that is damaged or has none stays as it is.</summary>
public sealed class ElfVersionsTests
{
    private const string Library = "libstdc++.so.6";

    private static readonly string s_bridge = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void Each_requirement_of_the_library_is_marked_and_nothing_else_changes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a Linux library is beside the program only there");
        var before = File.ReadAllBytes(s_bridge);
        var after = (byte[])before.Clone();
        var marked = ElfVersions.MarkWeak(after, Library);
        var changed = Enumerable.Range(0, before.Length).Where(at => before[at] != after[at]).ToList();
        Assert.True(marked > 0);
        Assert.Equal(marked, changed.Count);
        Assert.All(changed, at => Assert.Equal(before[at] | 2, after[at]));
        Assert.Equal(marked, ElfVersions.MarkWeak(after, Library)); // once more changes nothing
        Assert.Equal(changed, Enumerable.Range(0, before.Length).Where(at => before[at] != after[at]));
        AssertUnchanged(before, "libnothing.so.1");
    }

    [Fact]
    public void Garbage_stays_as_it_is()
    {
        AssertUnchanged([]);
        AssertUnchanged("\u007fELF\u0002\u0001"u8.ToArray());
        AssertUnchanged("not a library"u8.ToArray());
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var garbage = new byte[random.Next(6, 4096)];
            random.NextBytes(garbage);
            ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]).CopyTo(garbage);
            AssertUnchanged(garbage);
        }
    }

    [Fact]
    public void A_truncated_file_stays_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a Linux library is beside the program only there");
        var whole = File.ReadAllBytes(s_bridge);
        foreach (var length in (int[])[6, 40, 63, 64, 1000, whole.Length / 4, whole.Length / 2, whole.Length - 1000]) // sections are listed at the end
            AssertUnchanged(whole[..length]);
    }

    [Fact]
    public void A_file_without_requirements_stays_as_it_is()
    {
        AssertUnchanged(Header(sections: 64, count: 0));
        AssertUnchanged([.. Header(sections: 64, count: 2), .. new byte[128]]);
    }

    [Fact]
    public void Positions_outside_the_file_or_before_themselves_stay_as_they_are()
    {
        foreach (var sections in (long[])[-1, long.MaxValue, long.MinValue, int.MaxValue, 1L << 32, 63])
            AssertUnchanged(Header(sections, count: 3));
        foreach (var (at, value) in (ReadOnlySpan<(int, int)>)[(12, -16), (12, int.MinValue), (8, int.MaxValue), (8, -1000), (4, int.MaxValue), (16 + 12, -16)])
        {
            var damaged = OneRequirement();
            BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(192 + at), value);
            AssertUnchanged(damaged);
        }

        Assert.Equal(1, ElfVersions.MarkWeak(OneRequirement(), Library));
    }

    private static void AssertUnchanged(byte[] image, string library = Library)
    {
        var copy = (byte[])image.Clone();
        Assert.Equal(0, ElfVersions.MarkWeak(copy, library));
        Assert.Equal(image, copy);
    }

    private static byte[] Header(long sections, int count)
    {
        var header = new byte[64];
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]).CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), sections);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(58), 64);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(60), (short)count);
        return header;
    }

    /// <summary>Two sections at 64, requirements (one library with one version) at 192, their text at 224.</summary>
    private static byte[] OneRequirement()
    {
        byte[] image = [.. Header(sections: 64, count: 2), .. new byte[160], .. "libstdc++.so.6\0"u8];
        var span = image.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(span[68..], 0x6ffffffe);
        BinaryPrimitives.WriteInt64LittleEndian(span[(64 + 24)..], 192);
        BinaryPrimitives.WriteInt32LittleEndian(span[(64 + 40)..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(span[(128 + 24)..], 224);
        BinaryPrimitives.WriteInt16LittleEndian(span[194..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(span[200..], 16);
        return image;
    }
}
