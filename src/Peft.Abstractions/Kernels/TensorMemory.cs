using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks which tensors the kernels support, and gives access to their elements.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether kernels support the tensor: on the CPU, float32 or bfloat16, and small enough for a span.</summary>
    public static bool HasKernels(Tensor tensor) =>
        tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && tensor.device_type == DeviceType.CPU
            && tensor.numel() is > 0 and < int.MaxValue / sizeof(float);

    /// <summary>The address of a contiguous tensor's first element. The caller keeps the tensor alive while it uses it.</summary>
    public static byte* Pointer(Tensor tensor)
    {
        if (tensor.numel() * tensor.element_size() <= int.MaxValue)
            return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        // TorchSharp gives memory as a span, which has no more than 2 GiB
        using var first = tensor.as_strided([1], [1], tensor.storage_offset());
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
