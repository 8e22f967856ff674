using System.Buffers.Binary;
using System.Text;

namespace Peft.Data.Tests;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var path = Path.Combine(_folder.Path, "m.safetensors");
        var nan = new byte[] { 0x01, 0x00, 0xC0, 0x7F, 0x02, 0x00, 0xA0, 0xFF };
        SafetensorsWriter.Write(
            path,
            [
                new("z.weight", DType.F32, [2, 1], nan),
                new("scalar", DType.U8, [], new byte[] { 9 }),
                new("none", DType.F64, [0, 3], Array.Empty<byte>()),
                new("half", DType.BF16, [3], new byte[] { 1, 2, 3, 4, 5, 6 }),
            ],
            new Dictionary<string, string> { ["über"] = "ünï \"quoted\" 😀" });

        using var file = SafetensorsFile.Open(path);

        Assert.Equal(["none", "z.weight", "half", "scalar"], file.Tensors.Keys);
        Assert.Equal(nan, file.Bytes("z.weight").ToArray());
        Assert.Equal([9], file.ToArray("scalar"));
        Assert.Empty(file.ToArray("none"));
        Assert.Equal("BF16[3]", file.Tensors["half"].ToString()["half: ".Length..]);
        Assert.Equal(new Dictionary<string, string> { ["format"] = "pt", ["über"] = "ünï \"quoted\" 😀" }, file.Metadata);
        var part = new byte[2];
        file.CopyTo("half", 4, part);
        Assert.Equal([5, 6], part);
    }

    [Fact]
    public void The_bytes_follow_the_format_to_the_letter()
    {
        var path = Path.Combine(_folder.Path, "m.safetensors");
        SafetensorsWriter.Write(
            path,
            [new("b", DType.U8, [1], new byte[] { 1 }), new("a", DType.U8, [1], new byte[] { 2 }),
                new("c", DType.I16, [1], new byte[] { 3, 4 })]);

        var bytes = File.ReadAllBytes(path);

        const string Expected =
            """{"__metadata__":{"format":"pt"},"c":{"dtype":"I16","shape":[1],"data_offsets":[0,2]}"""
            + ""","a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""";
        var padded = Expected.PadRight((Expected.Length + 7) / 8 * 8);
        Assert.Equal(padded.Length, BinaryPrimitives.ReadInt64LittleEndian(bytes));
        Assert.Equal(padded, Encoding.UTF8.GetString(bytes, 8, padded.Length));
        Assert.Equal([3, 4, 2, 1], bytes[(8 + padded.Length)..]);
    }

    [Fact]
    public void Order_of_tensors_and_metadata_does_not_change_the_bytes()
    {
        TensorSource a = new("a", DType.F32, [1], new byte[4]), b = new("b", DType.F16, [2], new byte[4]);
        string one = Path.Combine(_folder.Path, "1"), two = Path.Combine(_folder.Path, "2");
        SafetensorsWriter.Write(one, [a, b], new Dictionary<string, string> { ["x"] = "1", ["format"] = "np" });
        SafetensorsWriter.Write(two, [b, a], new Dictionary<string, string> { ["format"] = "np", ["x"] = "1" });

        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(two));
    }

    [Theory]
    [InlineData("{}        ", 0)]
    [InlineData("""{"__metadata__":{}}""", 0)]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"""
        + ""","b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"c":{"dtype":"U8","shape":[3,0],"data_offsets":[1,1]}}""",
        1)]
    [InlineData("""{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]},"b":{"dtype":"F6_E3M2","shape":[4],"data_offsets":[1,4]}}""", 4)]
    [InlineData("""{"a":{"future":{"x":[1]},"data_offsets":[0,1],"shape":[1],"dtype":"F8_E8M0"}}""", 1)]
    public void Unusual_but_valid_files_are_read(string header, int dataLength)
    {
        using var file = SafetensorsFile.Open(_folder.WriteSafetensors(Encoding.UTF8.GetBytes(header), dataLength));

        Assert.Equal(dataLength, file.Tensors.Values.Sum(tensor => tensor.ByteCount));
    }

    [Fact]
    public void Wrong_requests_are_refused()
    {
        var path = Path.Combine(_folder.Path, "m.safetensors");
        SafetensorsWriter.Write(path, [new("layer.weight", DType.F32, [2], new byte[8])]);
        var file = SafetensorsFile.Open(path);
        ITensorArchive archive = file;

        Assert.Contains("layer.weight", Assert.Throws<TensorNotFoundException>(
            () => file.Bytes("weight")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => archive.CopyTo("layer.weight", new byte[4]));
        Assert.Throws<ArgumentException>(() => file.CopyTo("layer.weight", 2, new byte[4]));
        Assert.Throws<ArgumentException>(() => file.CopyTo("layer.weight", 8, new byte[4]));
        Assert.Throws<ArgumentException>(() => file.CopyTo("layer.weight", -4, new byte[4]));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Bytes("layer.weight").Length);
        Assert.Throws<CheckpointNotFoundException>(() => SafetensorsFile.Open(path + ".none"));
    }

    [Fact]
    public void Every_dtype_has_its_name_and_width()
    {
        foreach (var dtype in Enum.GetValues<DType>())
        {
            Assert.True(DTypes.TryParse(dtype.SafetensorsName(), out var parsed));
            Assert.Equal(dtype, parsed);
            Assert.Equal(dtype.SafetensorsName().Replace("_", "", StringComparison.Ordinal), dtype.ToString(), ignoreCase: true);
        }

        Assert.Equal((8, 4, 6, 64, 16), (DType.Bool.Bits(), DType.F4.Bits(), DType.F6E2M3.Bits(), DType.C64.Bits(), DType.BF16.Bits()));
        Assert.False(DTypes.TryParse("float", out _));
    }
}
