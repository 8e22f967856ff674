using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Which tensors have kernels of their own, and where their elements are.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether kernels can compute with the tensor: on the CPU, float32 or bfloat16, of a size that spans can have.</summary>
    public static bool HasKernels(Tensor tensor) =>
        tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && tensor.device_type == DeviceType.CPU
            && tensor.numel() is > 0 and < int.MaxValue / sizeof(float);

    /// <summary>The first element of a contiguous tensor, which the caller keeps alive while it uses it.</summary>
    public static byte* Of(Tensor tensor)
    {
        if (tensor.numel() * tensor.element_size() <= int.MaxValue)
            return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        // TorchSharp gives memory as a span, which has no more than 2 GiB
        using var first = tensor.as_strided([1], [1], tensor.storage_offset());
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
