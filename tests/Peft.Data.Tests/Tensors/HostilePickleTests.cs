using System.IO.Compression;

namespace Peft.Data.Tests;

public sealed class HostilePickleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[]> Forbidden => new()
    {
        { "os.system", new PickleWriter().Global("os", "system").Text("echo no").Code(0x85, (byte)'R').End() },
        { "posix.system", new PickleWriter().Global("posix", "system").Text("echo no").Code(0x85, (byte)'R').End() },
        { "builtins.eval", new PickleWriter().Global("builtins", "eval").Text("1").Code(0x85, (byte)'R').End() },
        { "builtins.getattr", new PickleWriter().Text("builtins").Text("getattr").Code(0x93).End() },
        { "subprocess.Popen", new PickleWriter().Code((byte)'(', (byte)'i').Code([.. "subprocess\nPopen\n"u8]).End() },
        {
            "os.system",
            new PickleWriter().Code((byte)'}').Text("weight").Code((byte)']').Global("os", "system").Text("x")
                .Code(0x85, (byte)'R', (byte)'a', (byte)'s').End()
        },
        { "torch.load", new PickleWriter().Global("torch", "load").End() },
        { "torch._utils._rebuild_tensor", new PickleWriter().Global("torch._utils", "_rebuild_tensor").End() },
        { "torch.storage._load_from_bytes", new PickleWriter().Global("torch.storage", "_load_from_bytes").End() },
        { "collections.OrderedDict.fromkeys", new PickleWriter().Global("collections", "OrderedDict.fromkeys").End() },
        { "evil.FloatStorage", new PickleWriter().Global("evil", "FloatStorage").End() },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Every_other_name_is_refused_by_name(string name, byte[] pickle)
    {
        string[] files = [_folder.WriteTorchZip(pickle), _folder.Write("legacy.bin", [.. LegacyStart(), .. pickle]),
            _folder.Write("bare.bin", pickle)];

        foreach (var file in files)
        {
            var error = Assert.Throws<UnsafePickleException>(() => TorchBinFile.Open(file));
            Assert.Equal(name, error.Global);
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_whole_module_is_refused_by_its_class()
    {
        var error = Assert.Throws<UnsafePickleException>(() => TorchBinFile.Open(TorchBinFileTests.Fixture("module.zip.bin")));

        Assert.Equal("torch.nn.modules.linear.Linear", error.Global);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "instruction 0x32", new PickleWriter().Code((byte)'N', (byte)'2').End() },
        { "takes a value", new PickleWriter().Code((byte)'R').End() },
        { "takes a value", new PickleWriter().Code((byte)'N', (byte)'(', (byte)'0').End() },
        { "not opened", new PickleWriter().Code((byte)'t').End() },
        { "kept value 7", new PickleWriter().Code((byte)'h', 7).End() },
        { "calls something", new PickleWriter().Text("x").Code((byte)')', (byte)'R').End() },
        { "does not take", new PickleWriter().Global("torch._utils", "_rebuild_tensor_v2").Code((byte)')', (byte)'R').End() },
        { "does not take", new PickleWriter().Global("collections", "OrderedDict").Number(1).Code(0x85, (byte)'R').End() },
        { "sets attributes", new PickleWriter().Code((byte)']', (byte)'}', (byte)'b').End() },
        { "sets items", new PickleWriter().Code((byte)']', (byte)'N', (byte)'N', (byte)'s').End() },
        { "no value", new PickleWriter().Code((byte)'}', (byte)'(', (byte)'N', (byte)'u').End() },
        { "appends", new PickleWriter().Code((byte)'}', (byte)'N', (byte)'a').End() },
        { "reference to a storage", new PickleWriter().Number(1).Code((byte)'Q').End() },
        {
            "is not a storage",
            new PickleWriter().Code((byte)'(').Text("storage").Global("collections", "OrderedDict").Text("0").Text("cpu").Number(1)
                .Code((byte)'t', (byte)'Q').End()
        },
        { "cut short", [0x80, 2, (byte)'X', 255, 255, 255, 127] },
        { "does not fit", [0x80, 2, 0x8D, 255, 255, 255, 255, 255, 255, 255, 255] },
        { "newer", [0x80, 9, (byte)'N', (byte)'.'] },
        { "open at once", [0x80, 2, .. Enumerable.Repeat((byte)'(', 1_100_000)] },
        { "nested", SelfNested() },
        { "nested", Unfolding() },
        { "is missing", new PickleWriter().Tensor(4, 0, [4], [1]).End() },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_pickles_give_a_typed_error(string said, byte[] pickle)
    {
        var file = _folder.WriteTorchZip(pickle);

        Assert.Contains(said, Assert.Throws<TorchFileFormatException>(() => TorchBinFile.Open(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, new[] { 5 }, new[] { 1 }, "beyond its storage")]
    [InlineData(4, 1, new[] { 4 }, new[] { 1 }, "beyond its storage")]
    [InlineData(4, 0, new[] { 2, 2 }, new[] { 3, 1 }, "beyond its storage")]
    [InlineData(4, -1, new[] { 1 }, new[] { 1 }, "impossible")]
    [InlineData(4, 0, new[] { -1 }, new[] { 1 }, "impossible")]
    [InlineData(4, 3, new[] { 2 }, new[] { -1 }, "impossible")]
    [InlineData(4, 0, new[] { 1, 1 }, new[] { 1 }, "impossible")]
    [InlineData(4, 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { 0, 0, 0 }, "too large")]
    [InlineData(4, 0, new[] { int.MaxValue }, new[] { 0 }, "too large")]
    [InlineData(5, 0, new[] { 1 }, new[] { 1 }, "has 16 bytes")]
    [InlineData(-1, 0, new[] { 1 }, new[] { 1 }, "reference to a storage")]
    public void Tensors_that_do_not_fit_their_storage_are_refused(int count, int offset, int[] shape, int[] strides, string said)
    {
        var pickle = new PickleWriter().Tensor(count, offset, shape, strides).End();
        var file = _folder.WriteTorchZip(pickle, CompressionLevel.NoCompression, ("data/0", new byte[16]));

        Assert.Contains(said, Assert.Throws<TorchFileFormatException>(() => TorchBinFile.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_zip_archives_are_refused()
    {
        var pickle = new PickleWriter().Tensor(4, 0, [4], [1]).End();
        (string, byte[]) data = ("data/0", new byte[16]);
        void Check(string said, string file) =>
            Assert.Contains(said, Assert.Throws<TorchFileFormatException>(() => TorchBinFile.Open(file)).Message, StringComparison.Ordinal);

        Check("compressed", _folder.WriteTorchZip([.. pickle, .. new byte[4000]], CompressionLevel.Optimal, data));
        Check("TorchScript", _folder.WriteTorchZip(pickle, CompressionLevel.NoCompression, data, ("constants.pkl", [])));
        Check("byte order", _folder.WriteTorchZip(pickle, CompressionLevel.NoCompression, data, ("byteorder", "big"u8.ToArray())));
        Check("found 2", _folder.WriteTorchZip(pickle, CompressionLevel.NoCompression, data, ("inner/data.pkl", pickle)));
        using var good = TorchBinFile.Open(
            _folder.WriteTorchZip(pickle, CompressionLevel.NoCompression, data, ("byteorder", "little"u8.ToArray())));
        Assert.Equal(16, good.ToArray("tensor").Length);
    }

    /// <summary>The three pickles before the content.</summary>
    private static byte[] LegacyStart() =>
    [
        0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.',
        0x80, 2, (byte)'M', 0xE9, 3, (byte)'.',
        0x80, 2, (byte)'}', (byte)'.',
    ];

    /// <summary>A list that contains itself.</summary>
    private static byte[] SelfNested() => new PickleWriter().Code((byte)']', (byte)'q', 0, (byte)'h', 0, (byte)'a').End();

    /// <summary>Fifty lists, each twice the one before: 2^50 values when unfolded.</summary>
    private static byte[] Unfolding()
    {
        var writer = new PickleWriter().Code((byte)')', (byte)'q', 0);
        for (byte i = 0; i < 50; i++) writer.Code((byte)'h', i, (byte)'h', i, 0x86, (byte)'q', (byte)(i + 1));
        return writer.End();
    }
}
