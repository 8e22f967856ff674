using System.Runtime.InteropServices;
using System.Text;

namespace Peft;

/// <summary>A GPU as reported by NVIDIA's driver.</summary>
/// <param name="Index">The number after <c>cuda:</c>.</param>
/// <param name="Name">The product's name.</param>
/// <param name="TotalBytes">Its total memory in bytes.</param>
/// <param name="FreeBytes">Its free memory in bytes.</param>
public sealed record GpuDevice(int Index, string Name, long TotalBytes, long FreeBytes);

/// <summary>
/// Lists the machine's GPUs and their memory, which TorchSharp does not report. It queries the driver, so a libtorch with CUDA is not
/// needed.
/// </summary>
public static unsafe class GpuDevices
{
    private const string Driver = "libcuda.so.1";
    private const int Success = 0;

    /// <summary>Every GPU that the driver makes available to the process.</summary>
    /// <returns>Empty if there is no driver.</returns>
    public static IReadOnlyList<GpuDevice> Find()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Driver, out var library))
            return [];
        int count;
        if (((delegate* unmanaged<uint, int>)Function("cuInit"))(0) != Success
            || ((delegate* unmanaged<int*, int>)Function("cuDeviceGetCount"))(&count) != Success)
            return [];
        return [.. Enumerable.Range(0, count).Select(Describe).OfType<GpuDevice>()];

        IntPtr Function(string name) => NativeLibrary.GetExport(library, name);

        GpuDevice? Describe(int index)
        {
            int device;
            IntPtr context;
            nuint free = 0, total = 0;
            var name = stackalloc byte[256];
            if (((delegate* unmanaged<int*, int, int>)Function("cuDeviceGet"))(&device, index) != Success
                || ((delegate* unmanaged<byte*, int, int, int>)Function("cuDeviceGetName"))(name, 256, device) != Success
                || ((delegate* unmanaged<IntPtr*, int, int>)Function("cuDevicePrimaryCtxRetain"))(&context, device) != Success)
            {
                return null;
            }

            // Memory is reported for the current context, so the device's primary one, which libtorch uses too, is made current for the
            // call.
            var isKnown = ((delegate* unmanaged<IntPtr, int>)Function("cuCtxPushCurrent_v2"))(context) == Success
                && ((delegate* unmanaged<nuint*, nuint*, int>)Function("cuMemGetInfo_v2"))(&free, &total) == Success;
            _ = ((delegate* unmanaged<IntPtr*, int>)Function("cuCtxPopCurrent_v2"))(&context);
            _ = ((delegate* unmanaged<int, int>)Function("cuDevicePrimaryCtxRelease_v2"))(device);
            return isKnown ? new GpuDevice(
                index, Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), (long)total, (long)free) : null;
        }
    }
}
