using System.IO.Compression;

namespace Peft.Data.Tests;

public sealed class TorchBinWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_type_and_shape_is_read_again()
    {
        TensorSource[] sources =
        [
            Of("f32", DType.F32, [2, 3]), Of("f64", DType.F64, [1]), Of("f16", DType.F16, [4]), Of("bf16", DType.BF16, [3]),
            Of("u8", DType.U8, [5]), Of("i8", DType.I8, [1, 1, 7]),
            Of("i16", DType.I16, [2]), Of("i32", DType.I32, [2, 1]), Of("i64", DType.I64, [3]), Of("bool", DType.Bool, [2]),
                Of("c64", DType.C64, [2]),
            Of("scalar", DType.F32, []), Of("empty", DType.F32, [0, 4]), Of("späť.weight", DType.F32, [1]),
        ];
        TorchBinWriter.Write(Path.Combine(_folder.Path, "a.bin"), sources);
        using var file = TorchBinFile.Open(Path.Combine(_folder.Path, "a.bin"));
        Assert.Equal(sources.Select(source => source.Name), file.Tensors.Keys);
        foreach (var source in sources)
        {
            Assert.Equal(source.DType, file.Tensors[source.Name].DType);
            Assert.Equal(source.Shape, file.Tensors[source.Name].Shape);
            Assert.Equal(Bytes(source.DType, source.Shape), file.ToArray(source.Name));
        }
    }

    /// <summary>
    /// The dictionary is the one that PyTorch itself writes: its own file, read and written again, gives the same tensors.
    /// </summary>
    [Theory]
    [InlineData("state_dict.zip.bin")]
    [InlineData("mixed.zip.bin")]
    public void A_file_of_PyTorch_survives_being_written(string name)
    {
        using var theirs = TorchBinFile.Open(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));
        TorchBinWriter.Write(Path.Combine(_folder.Path, "b.bin"), theirs.Tensors.Values.Select(
            info => new TensorSource(info.Name, info.DType, info.Shape, theirs.ToArray(info.Name))));
        using var ours = TorchBinFile.Open(Path.Combine(_folder.Path, "b.bin"));
        Assert.Equal(theirs.Tensors.Keys, ours.Tensors.Keys);
        Assert.All(theirs.Tensors.Values, info => Assert.Equal(theirs.ToArray(info.Name), ours.ToArray(info.Name)));
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        TorchBinWriter.Write(Path.Combine(_folder.Path, "a.bin"), [Of("x", DType.F32, [2])]);
        var first = File.ReadAllBytes(Path.Combine(_folder.Path, "a.bin"));
        TorchBinWriter.Write(Path.Combine(_folder.Path, "a.bin"), [Of("x", DType.F32, [2])]);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(_folder.Path, "a.bin")));
        using var zip = ZipFile.OpenRead(Path.Combine(_folder.Path, "a.bin"));
        Assert.All(zip.Entries, entry => Assert.Equal(1980, entry.LastWriteTime.Year)); // the time of writing would be another the next day
    }

    [Fact]
    public void What_cannot_be_written_is_named_and_leaves_the_file_as_it_was()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "a.bin"), "before");
        Refused("'x'", Of("x", DType.F32, [1]), Of("x", DType.F32, [1]));
        Refused("F8_E4M3", Of("x", DType.F8E4M3, [1]));
        Refused("needs 8 bytes", new TensorSource("x", DType.F32, [2], new byte[4]));
        Refused("source gave more", new TensorSource("x", DType.F32, [2], new byte[12]));
        Refused("negative", new TensorSource("x", DType.F32, [-1], Array.Empty<byte>()));
        Assert.Throws<TensorWriteException>(() => TorchBinWriter.Write(Path.Combine(_folder.Path, "missing", "a.bin"), []));
        Assert.Equal("before", File.ReadAllText(Path.Combine(_folder.Path, "a.bin")));

        void Refused(string said, params TensorSource[] sources) =>
            Assert.Contains(said, Assert.Throws<TensorContentException>(
                () => TorchBinWriter.Write(Path.Combine(_folder.Path, "a.bin"), sources)).Message, StringComparison.Ordinal);
    }

    private static TensorSource Of(string name, DType dtype, long[] shape) => new(name, dtype, shape, Bytes(dtype, shape));

    private static byte[] Bytes(DType dtype, IEnumerable<long> shape)
    {
        var count = (int)shape.Aggregate(1L, (product, size) => product * size) * dtype.Bits() / 8;
        return dtype == DType.Bool
            ? [.. Enumerable.Range(0, count).Select(i => (byte)(i % 2))] : [.. Enumerable.Range(1, count).Select(i => (byte)(i * 37))];
    }
}
