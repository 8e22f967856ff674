using System.Runtime.InteropServices;

namespace TorchSharp.Core;

/// <summary>What this provider can tell beyond TorchSharp's API.</summary>
internal static unsafe class SystemLibtorch
{
    /// <summary>The version of libtorch the shim was built against.</summary>
    internal static string Version => Marshal.PtrToStringUTF8(Native.peft_version())!;

    /// <summary>How libtorch was built (compiler, BLAS, capabilities) and its thread pools.</summary>
    internal static string BuildConfiguration => Marshal.PtrToStringUTF8(Native.peft_config())!;

    /// <summary>The shim that is loaded.</summary>
    internal static string ShimPath => Native.ShimPath;

    /// <summary>Native tensor handles given out and not yet freed.</summary>
    internal static long LiveTensors => Native.peft_live_tensors();

    /// <summary>Bytes now allocated on a CUDA device and the most there have been since the last reset; -1 where that cannot be known.</summary>
    internal static (long Current, long Peak) CudaMemory(int index = 0)
    {
        long current, peak;
        Native.Check(Native.peft_cuda_memory(index, &current, &peak));
        return (current, peak);
    }

    /// <summary>Starts the peak of <see cref="CudaMemory"/> again at what is now allocated.</summary>
    internal static void ResetCudaPeak(int index = 0) => Native.Check(Native.peft_cuda_reset_peak(index));
}
