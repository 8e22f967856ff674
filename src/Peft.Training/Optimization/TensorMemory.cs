using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Tensors whose elements C# can read and write where they are.</summary>
internal static class TensorMemory
{
    /// <summary>Elements of a piece that one thread works on. It does not depend on the number of threads, so that sums over pieces do not either.</summary>
    public const int Piece = 1 << 16;

    /// <summary>Whether a tensor of this dtype and device can be reached; its layout is another matter.</summary>
    public static bool IsReachable(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.Float64;

    /// <summary>The first element's address; the tensor must be contiguous and must be kept alive.</summary>
    public static unsafe nint Address(Tensor tensor)
    {
        using var first = tensor.as_strided([1], [1], tensor.storage_offset()); // a span of more than 2 GiB cannot be made
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    public static unsafe Span<T> Span<T>(nint address, long start, int count)
        where T : unmanaged => new((T*)address + start, count);

    /// <summary>Runs work on pieces, on as many threads as libtorch uses; a few pieces are not worth a second thread.</summary>
    public static void ForEach(int pieces, long elements, Action<int> work)
    {
        if (pieces == 1 || elements < Piece)
        {
            for (var piece = 0; piece < pieces; piece++)
                work(piece);
            return;
        }

        Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) }, work);
    }
}
