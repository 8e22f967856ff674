using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The states of the default generators that a layer on a device samples from.</summary>
internal static class RandomState
{
    public static Device DeviceOf(IReadOnlyList<Tensor?> tensors) => tensors.OfType<Tensor>().FirstOrDefault()?.device ?? CPU;

    /// <summary>The state of the CPU's generator, from which seeds of our own masks are sampled, and of the device's.</summary>
    /// <exception cref="LibTorchException">The device's generator is not accessible.</exception>
    public static IReadOnlyList<Tensor> Capture(Device device) =>
        device.type == DeviceType.CPU ? [get_rng_state()] : [get_rng_state(), DeviceGenerator.GetState(device)];

    /// <summary>Replays the same random numbers until the result is disposed; then restores the previous states.</summary>
    public static IDisposable Replay(IReadOnlyList<Tensor> states, Device device)
    {
        var before = Capture(device);
        Set(states, device);
        return new Restoring(() => Set(before, device));
    }

    /// <summary>Sets the states that <see cref="Capture"/> returned.</summary>
    public static void Set(IReadOnlyList<Tensor> states, Device device)
    {
        set_rng_state(states[0]);
        if (states.Count > 1)
            DeviceGenerator.SetState(device, states[1]);
    }
}
