using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Accesses the state of a device's default random generator, which dropout on that device samples from. TorchSharp gives access only to
/// the CPU's; libtorch exports a function for each kind of device.
/// </summary>
public static partial class DeviceGenerator
{
    private const string Bridge = "LibTorchSharp";

    /// <summary>The state, a tensor of bytes on the CPU.</summary>
    /// <param name="device">The CPU or a CUDA device.</param>
    /// <returns>A new tensor.</returns>
    /// <exception cref="LibTorchException">The loaded libtorch does not export the device's generator.</exception>
    public static Tensor GetState(Device device)
    {
        if (device.type == DeviceType.CPU)
            return get_rng_state();
        var state = Read(Default(device));
        return state != IntPtr.Zero ? Tensor.UnsafeCreateTensor(state) : throw new LibTorchException("the state of the random "
            + $"generator of {device} cannot be read");
    }

    /// <summary>Sets the state.</summary>
    /// <param name="device">The CPU or a CUDA device.</param>
    /// <param name="state">What <see cref="GetState"/> returned for a device of that kind.</param>
    /// <exception cref="LibTorchException">As for <see cref="GetState"/>.</exception>
    public static void SetState(Device device, Tensor state)
    {
        if (device.type == DeviceType.CPU)
            set_rng_state(state);
        else
            Write(Default(device), state.Handle);
    }

    /// <summary>A pointer to the device's default <c>at::Generator</c>, which libtorch owns.</summary>
    private static unsafe IntPtr Default(Device device)
    {
        // at::cuda::detail::getDefaultCUDAGenerator(signed char)
        const string CudaGenerator = "_ZN2at4cuda6detail23getDefaultCUDAGeneratorEa";
        if (device.type == DeviceType.CUDA && LibTorch.TryFindExport("libtorch_cuda.so", CudaGenerator, out var address))
            return ((delegate* unmanaged[Cdecl]<sbyte, IntPtr>)address)((sbyte)device.index);
        throw new LibTorchException(
            $"the loaded libtorch {LibTorch.Loaded?.Version} does not export the random generator of {device}, so that random masks "
                + "there cannot be repeated; "
            + "train without --recompute-activations and --snapshot-every, or on the CPU");
    }

    [LibraryImport(Bridge, EntryPoint = "THSGenerator_get_rng_state")]
    private static partial IntPtr Read(IntPtr generator);

    [LibraryImport(Bridge, EntryPoint = "THSGenerator_set_rng_state")]
    private static partial void Write(IntPtr generator, IntPtr state);
}
