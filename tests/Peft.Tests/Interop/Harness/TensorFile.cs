using Peft.Models;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Tests.Interop;

/// <summary>All tensors of a file, in float32, to be computed with and written again.</summary>
internal static class TensorFile
{
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var archive = CheckpointFolder.Open(path);
        return archive.Tensors.Keys.ToDictionary(key => key, key => ArchiveTensors.Read(archive, key).to_type(ScalarType.Float32));
    }

    public static void Write(string path, Dictionary<string, Tensor> tensors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafetensorsWriter.Write(path, tensors.Select(pair =>
        {
            using var values = pair.Value.detach().contiguous().clone();
            return new TensorSource(pair.Key, DType.F32, [.. values.shape], values.bytes.ToArray());
        }).ToList());
    }

    /// <summary>Key, dtype, shape and bytes of every tensor are the same.</summary>
    public static void AssertSame(string expected, string found)
    {
        using var one = CheckpointFolder.Open(expected);
        using var other = CheckpointFolder.Open(found);
        Assert.Equal(one.Tensors.Keys.Order(StringComparer.Ordinal), other.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, info) in one.Tensors)
        {
            Assert.Equal(info.Shape, other.Tensors[key].Shape);
            Assert.Equal(info.DType, other.Tensors[key].DType);
            Assert.True(one.ToArray(key).AsSpan().SequenceEqual(other.ToArray(key)), key);
        }
    }

    public static void AssertClose(Tensor expected, Tensor found, double tolerance)
    {
        Assert.Equal(expected.shape, found.shape);
        var distance = (expected - found).abs().max().item<float>();
        Assert.True(distance <= tolerance, $"{distance} apart; {tolerance} is allowed");
    }
}
