using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// A tensor's memory in parts. TorchSharp gives the memory of a tensor as a span, which cannot be longer than 2 GiB, so larger tensors are
/// read and written in parts.
/// </summary>
internal static class TensorParts
{
    /// <summary>The size of a part.</summary>
    public const long Bytes = 1 << 30;

    /// <summary>The parts of a tensor in order. Each is freed before the next one is given.</summary>
    /// <param name="tensor">A contiguous tensor on the CPU.</param>
    /// <param name="most">The largest number of bytes in a part.</param>
    /// <returns>The first byte of each part within the tensor, and the part, a view of the tensor's memory.</returns>
    public static IEnumerable<(long Offset, Tensor Part)> Split(Tensor tensor, long most = Bytes)
    {
        var size = tensor.element_size();
        using var flat = tensor.view(-1);
        var elements = Math.Max(1, most / size);
        for (var first = 0L; first < flat.shape[0]; first += elements)
        {
            using var part = flat.narrow(0, first, Math.Min(elements, flat.shape[0] - first));
            yield return (first * size, part);
        }
    }

    /// <summary>Writes a tensor's bytes to a stream.</summary>
    /// <param name="tensor">A contiguous tensor on the CPU.</param>
    /// <param name="stream">The stream.</param>
    public static void Write(Tensor tensor, Stream stream)
    {
        foreach (var (_, part) in Split(tensor))
            stream.Write(part.bytes);
    }
}
