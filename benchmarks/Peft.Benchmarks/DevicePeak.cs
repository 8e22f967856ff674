using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Benchmarks;

/// <summary>
/// Peak memory of a benchmark: the process's on the CPU; on a GPU what the process has reserved there, which libtorch's allocator gives
/// back to nobody before the end. Other programs must not use the GPU.
/// </summary>
internal static class DevicePeak
{
    public static long Bytes(Device target) =>
        target.type == DeviceType.CUDA && GpuDevices.Find() is [var gpu, ..] ? gpu.TotalBytes - gpu.FreeBytes : PeakMemory.OfProcess;
}
