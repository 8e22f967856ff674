using Peft.Data;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Loading;

/// <summary>Tensors beyond 2 GiB, whose memory is no span (reported as TorchSharp#1234), are read and written in parts.</summary>
public sealed class LargeTensorTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32, 8)]
    [InlineData(ScalarType.Float32, 7)] // parts are of whole elements
    [InlineData(ScalarType.BFloat16, 6)]
    [InlineData(ScalarType.Byte, 1000)]
    [InlineData(ScalarType.Byte, 105)] // exactly one part
    public void Parts_are_the_tensor(ScalarType type, long most)
    {
        var tensor = arange(105, dtype: ScalarType.Float32).to_type(type).view(3, 5, 7);
        var bytes = new List<byte>();
        foreach (var (offset, part) in TensorParts.Split(tensor, most))
        {
            Assert.Equal(bytes.Count, offset);
            Assert.InRange(part.bytes.Length, 1, most);
            bytes.AddRange(part.bytes);
        }

        Assert.Equal(tensor.bytes.ToArray(), bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Scalars_and_empty_tensors_have_their_bytes(int elements)
    {
        var tensor = elements == 0 ? empty([0, 3]) : ones([]);
        using var stream = new MemoryStream();
        TensorParts.Write(tensor, stream);
        Assert.Equal(4 * elements, stream.Length);
    }

    [Fact]
    public void An_archive_is_asked_for_no_more_than_a_span_holds()
    {
        using var archive = new Counted([5, TensorParts.Bytes / 2]); // 2.5 GiB of bytes
        var tensor = ArchiveTensors.Read(archive, "t");
        Assert.Equal([TensorParts.Bytes, TensorParts.Bytes, TensorParts.Bytes / 2], archive.Asked);
        Assert.Equal([1, 2, 3], ((long[])[0, TensorParts.Bytes, 2 * TensorParts.Bytes]).Select(at => (int)tensor.view(-1)[at].ToByte()));
    }

    /// <summary>A tensor whose parts begin with 1, 2, 3. The other bytes are left as they are, so the memory is never touched.</summary>
    private sealed class Counted(long[] shape) : ITensorArchive
    {
        public List<long> Asked { get; } = [];

        public string Path => "counted";

        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
            new Dictionary<string, TensorInfo> { ["t"] = new("t", DType.U8, shape, shape[0] * shape[1]) };

        public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

        public void CopyTo(string name, long offset, Span<byte> destination)
        {
            Asked.Add(destination.Length);
            destination[0] = (byte)Asked.Count;
        }

        public void Dispose()
        {
        }
    }
}
