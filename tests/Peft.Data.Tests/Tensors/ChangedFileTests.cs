using System.Numerics;
using System.Text;

namespace Peft.Data.Tests;

/// <summary>Files that change while they are open, storages beyond 2^31 elements, and headers with values of all types.</summary>
public sealed class ChangedFileTests : IDisposable
{
    private const long Large = (1L << 31) + 8;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_cut_short_while_it_is_open_is_an_error_and_not_the_end_of_the_process()
    {
        var path = Path.Combine(_folder.Path, "a.safetensors");
        SafetensorsWriter.Write(path, [new TensorSource("a", DType.U8, [1 << 20], new byte[1 << 20])]);
        using var file = SafetensorsFile.Open(path);
        using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            other.SetLength(4096);
        var problem = Assert.Throws<TensorFileChangedException>(() => file.CopyTo("a", 0, new byte[1 << 20]));
        Assert.Contains("now ends at 4096: another program changed it", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_storage_of_more_than_2_31_elements_is_read()
    {
        var path = Path.Combine(_folder.Path, "large.bin");
        using (var stream = File.Create(path))
        {
            stream.Write(Pickle(Long(BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber))));
            stream.Write(Pickle(Long(1001)));
            stream.Write(Pickle([(byte)'}']));
            var tensor = new PickleWriter().Code((byte)'}').Text("w").Global("torch._utils", "_rebuild_tensor_v2")
                .Code((byte)'(', (byte)'(').Text("storage").Global("torch", "ByteStorage").Text("0").Text("cpu").Code(Long(Large))
                .Code((byte)'t', (byte)'Q').Code(Long(Large - 4)).Code((byte)'(').Number(4).Code((byte)'t', (byte)'(').Number(1)
                .Code((byte)'t', 0x89, (byte)'N', (byte)'t', (byte)'R', (byte)'s').End();
            stream.Write(tensor);
            stream.Write(new PickleWriter().Code((byte)']').Text("0").Code((byte)'a').End());
            stream.Write(BitConverter.GetBytes(Large));
            stream.SetLength(stream.Position + Large); // a hole, which takes no space
            stream.Position = stream.Length - 4;
            stream.Write([1, 2, 3, 4]);
        }

        using var file = TorchBinFile.Open(path);
        Assert.Equal([1, 2, 3, 4], file.ToArray("w"));
    }

    [Fact]
    public void A_pickle_longer_than_the_first_part_that_is_read_is_read_whole()
    {
        var long_ = new string('x', 3 << 20);
        var tensor = new PickleWriter().Code((byte)'}').Text(long_).Text(long_).Code((byte)'s').Text("w")
            .Tensor(2, 0, [2], [1]).Code((byte)'s').End();
        var path = _folder.Write("long.bin",
        [
            .. Pickle(Long(BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber))), .. Pickle(Long(1001)),
            .. Pickle([(byte)'}']), .. tensor, .. new PickleWriter().Code((byte)']').Text("0").Code((byte)'a').End(),
            .. BitConverter.GetBytes(2L), .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(2.5f),
        ]);
        using var file = TorchBinFile.Open(path);
        Assert.Equal([1.5f, 2.5f], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(file.ToArray("w")).ToArray());
    }

    [Fact]
    public void Every_value_of_a_header_or_an_index_of_another_type_is_refused()
    {
        const string Header =
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[2,1],"data_offsets":[0,2]},"b":{"dtype":"F32","shape":[],"data_offsets":[2,6]}}""";
        Check(Header, text => SafetensorsFile.Open(_folder.WriteSafetensors(Encoding.UTF8.GetBytes(text), 6)).Dispose());
        _folder.WriteSafetensors(Encoding.UTF8.GetBytes(Header), 6);
        Check(
            """{"metadata":{"total_size":6},"weight_map":{"a":"crafted.safetensors","b":"crafted.safetensors"}}""",
            text => CheckpointFolder.Open(_folder.Write("i.index.json", text)).Dispose(), "metadata");
    }

    private static void Check(string document, Action<string> open, string idle = "none")
    {
        open(document);
        foreach (var mutation in JsonMutation.All(document))
        {
            var problem = Record.Exception(() => open(mutation.Text));
            var what = $"{mutation.Path} = {mutation.Value}: {problem}";
            Assert.True(problem is TensorFileException or null, what);
            Assert.False(problem is null && mutation.IsOtherType && !mutation.Path.StartsWith(idle, StringComparison.Ordinal), what);
        }
    }

    private static byte[] Pickle(byte[] code) => new PickleWriter().Code(code).End();

    private static byte[] Long(BigInteger value)
    {
        var bytes = value.ToByteArray();
        return [0x8a, (byte)bytes.Length, .. bytes];
    }
}
