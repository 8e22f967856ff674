using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The states of the default generators that a layer on a device draws from.</summary>
internal static class RandomState
{
    public static Device DeviceOf(IReadOnlyList<Tensor?> tensors) => tensors.OfType<Tensor>().FirstOrDefault()?.device ?? CPU;

    /// <summary>The CPU's state, which seeds of our own masks are drawn from, and the device's.</summary>
    /// <exception cref="ActivationCheckpointException">The device's generator cannot be reached.</exception>
    public static IReadOnlyList<Tensor> Capture(Device device) => device.type == DeviceType.CPU ? [get_rng_state()] : [get_rng_state(), OfDevice(device)];

    /// <summary>Draws the same numbers again until the result is disposed of; then goes on as if none had been drawn.</summary>
    public static IDisposable Replay(IReadOnlyList<Tensor> states, Device device)
    {
        var before = Capture(device);
        Set(states, device);
        return new Restoring(() => Set(before, device));
    }

    private static void Set(IReadOnlyList<Tensor> states, Device device)
    {
        set_rng_state(states[0]);
        if (states.Count > 1)
            SetDevice(device, states[1]);
    }

#if TORCH_SYSTEM
    private static Tensor OfDevice(Device device)
    {
        using var generator = Generator.DefaultOf(device);
        return generator.get_state();
    }

    private static void SetDevice(Device device, Tensor state)
    {
        using var generator = Generator.DefaultOf(device);
        generator.set_state(state);
    }
#else
    private static Tensor OfDevice(Device device) => throw new ActivationCheckpointException(
        $"the TorchSharp packages give no access to the random generator of {device}, so that dropout there cannot be drawn again; train without checkpointing, or over the machine's libtorch (TORCH_PROVIDER=system)");

    private static void SetDevice(Device device, Tensor state) => throw new NotSupportedException();
#endif
}
