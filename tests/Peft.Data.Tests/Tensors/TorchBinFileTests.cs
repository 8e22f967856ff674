using System.Runtime.InteropServices;

namespace Peft.Data.Tests;

public sealed class TorchBinFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void All_kinds_of_tensors_are_read(string kind)
    {
        using var file = TorchBinFile.Open(Fixture($"mixed.{kind}.bin"));

        Assert.Equal([0, 1, 2, 100], Values<float>(file, "f32"));
        Assert.Equal([0, 1, 2, 100], Values<double>(file, "f64"));
        Assert.Equal([(Half)0, (Half)1, (Half)2, (Half)100], Values<Half>(file, "f16"));
        Assert.Equal([0x0000, 0x3F80, 0x4000, 0x42C8], Values<ushort>(file, "bf16"));
        Assert.Equal([0, 1, 2, 100], Values<byte>(file, "u8"));
        Assert.Equal([0, 1, 2, 100], Values<sbyte>(file, "i8"));
        Assert.Equal([0, 1, 2, 100], Values<short>(file, "i16"));
        Assert.Equal([0, 1, 2, 100], Values<int>(file, "i32"));
        Assert.Equal([0, 1, 2, 100], Values<long>(file, "i64"));
        Assert.Equal([1, 0, 1], Values<byte>(file, "bool"));
        Assert.Equal([1, 2], Values<float>(file, "complex"));
        Assert.Equal([1.5f, -2.5f], Values<float>(file, "parameter"));
        Assert.Equal(
            [DType.F32, DType.F64, DType.F16, DType.BF16, DType.U8, DType.I8, DType.I16, DType.I32, DType.I64, DType.Bool, DType.C64],
            ((string[])["f32", "f64", "f16", "bf16", "u8", "i8", "i16", "i32", "i64", "bool", "complex"])
                .Select(name => file.Tensors[name].DType));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Views_come_out_row_major(string kind)
    {
        using var file = TorchBinFile.Open(Fixture($"mixed.{kind}.bin"));

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Values<float>(file, "grid"));
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], Values<float>(file, "transposed"));
        Assert.Equal([4, 3], file.Tensors["transposed"].Shape);
        Assert.Equal([5, 6, 9, 10], Values<float>(file, "slice"));
        Assert.Equal([2, 6, 10], Values<float>(file, "column"));
        Assert.Equal([3, 3, 3, 3, 3, 3], Values<float>(file, "expanded"));
        Assert.Equal([7.5f], Values<float>(file, "scalar"));
        Assert.Empty(file.Tensors["scalar"].Shape);
        Assert.Empty(file.ToArray("empty"));
        Assert.Equal([1, 2, 3], [.. Values<long>(file, "nested.list.0"), .. Values<long>(file, "nested.list.2.0"),
            .. Values<long>(file, "nested.5")]);
        Assert.Equal(22, file.Tensors.Count);
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Parts_of_views_are_the_parts_of_the_whole(string kind)
    {
        using var file = TorchBinFile.Open(Fixture($"mixed.{kind}.bin"));
        var whole = file.ToArray("transposed");
        for (var start = 0; start <= whole.Length; start += 4)
        {
            for (var end = start; end <= whole.Length; end += 4)
            {
                var part = new byte[end - start];
                file.CopyTo("transposed", start, part);
                Assert.Equal(whole[start..end], part);
            }
        }
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void State_dicts_and_lone_tensors_are_read(string kind)
    {
        using var state = TorchBinFile.Open(Fixture($"state_dict.{kind}.bin"));
        using var lone = TorchBinFile.Open(Fixture($"lone.{kind}.bin"));

        Assert.Equal(["bias", "num_batches_tracked", "running_mean", "running_var", "weight"], state.Tensors.Keys.Order(
            StringComparer.Ordinal));
        Assert.Equal([1, 1], Values<float>(state, "running_var"));
        Assert.Equal([4, 5], Values<float>(lone, "tensor"));
    }

    [Theory]
    [InlineData("mixed.zip.bin")]
    [InlineData("mixed.legacy.bin")]
    [InlineData("state_dict.legacy.bin")]
    public void Every_cut_gives_a_typed_error(string name)
    {
        var whole = File.ReadAllBytes(Fixture(name));
        for (var length = 0; length < whole.Length; length++)
        {
            var file = _folder.Write("cut.bin", whole[..length]);
            Assert.Throws<TorchFileFormatException>(() => TorchBinFile.Open(file));
        }
    }

    [Theory]
    [InlineData("state_dict.zip.bin")]
    [InlineData("state_dict.legacy.bin")]
    public void Changed_bytes_never_crash(string name)
    {
        var whole = File.ReadAllBytes(Fixture(name));
        var random = new Random(11);
        for (var trial = 0; trial < 3000; trial++)
        {
            var changed = (byte[])whole.Clone();
            for (var change = random.Next(1, 4); change > 0; change--) changed[random.Next(whole.Length)] = (byte)random.Next(256);
            var path = _folder.Write("changed.bin", changed);
            var error = Record.Exception(() =>
            {
                using var file = TorchBinFile.Open(path);
                foreach (var tensor in file.Tensors.Keys) file.ToArray(tensor);
            });
            Assert.True(error is null or TensorFileException, error?.ToString());
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { (byte)'v', (byte)'e', (byte)'r', (byte)'s' })]
    [InlineData(new byte[] { 0x80, 2, (byte)'N', (byte)'.' })]
    public void Other_files_are_refused(byte[] content) =>
        Assert.Throws<TorchFileFormatException>(() => TorchBinFile.Open(_folder.Write("x.bin", content)));

    internal static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    private static T[] Values<T>(ITensorArchive file, string name) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(file.ToArray(name)).ToArray();
}
