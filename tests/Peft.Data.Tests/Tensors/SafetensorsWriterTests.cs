namespace Peft.Data.Tests;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Target => Path.Combine(_folder.Path, "m.safetensors");

    public static TheoryData<string, Func<TensorSource[]>> BadContent => new()
    {
        { "two tensors are named 'a'", () => [new("a", DType.U8, [1], new byte[1]), new("a", DType.U8, [1], new byte[1])] },
        { "__metadata__", () => [new("__metadata__", DType.U8, [1], new byte[1])] },
        { "negative", () => [new("a", DType.U8, [-1], new byte[1])] },
        { "overflows", () => [new("a", DType.U8, [long.MaxValue, 4], new byte[1])] },
        { "whole byte", () => [new("a", DType.F4, [3], new byte[2])] },
        { "needs 4 bytes, its source gave 3", () => [new("a", DType.F32, [1], new byte[3])] },
        { "needs 4 bytes, its source gave more", () => [new("a", DType.F32, [1], new byte[5])] },
        { "surrogate", () => [new("a\uD800", DType.U8, [1], new byte[1])] },
    };

    [Theory]
    [MemberData(nameof(BadContent))]
    public void Bad_content_is_refused_and_what_was_there_stays(string said, Func<TensorSource[]> tensors)
    {
        File.WriteAllText(Target, "before");

        var error = Assert.Throws<TensorContentException>(() => SafetensorsWriter.Write(Target, tensors()));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_failure_in_the_middle_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(Target, "before");
        TensorSource failing = new("a", DType.U8, [2], stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        });

        var error = Assert.Throws<TensorWriteException>(() => SafetensorsWriter.Write(Target, [failing]));

        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_missing_folder_is_reported() =>
        Assert.Throws<TensorWriteException>(() => SafetensorsWriter.Write(Path.Combine(_folder.Path, "no", "m.safetensors"), []));

    [Fact]
    public void An_open_file_can_be_replaced()
    {
        SafetensorsWriter.Write(Target, [new("a", DType.U8, [1], new byte[] { 1 })]);
        using var old = SafetensorsFile.Open(Target);
        SafetensorsWriter.Write(Target, [new("a", DType.U8, [1], new byte[] { 2 })]);
        using var replaced = SafetensorsFile.Open(Target);

        Assert.Equal((1, 2), (old.Bytes("a")[0], replaced.Bytes("a")[0]));
    }
}
