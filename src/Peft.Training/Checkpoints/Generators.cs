using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The default generator of a device other than the CPU, from which dropout draws there.</summary>
internal static class Generators
{
    /// <summary>The state; null on the CPU, whose generator torch's own functions give.</summary>
    public static Tensor? OfDevice(Device device) => device.type == DeviceType.CPU ? null : Read(device);

#if TORCH_SYSTEM
    public static void SetDevice(Device device, Tensor state)
    {
        using var generator = Generator.DefaultOf(device);
        generator.set_state(state);
    }

    private static Tensor Read(Device device)
    {
        using var generator = Generator.DefaultOf(device);
        return generator.get_state();
    }
#else
    public static void SetDevice(Device device, Tensor state) => throw Unreachable(device);

    private static Tensor Read(Device device) => throw Unreachable(device);

    private static TrainingOptionsException Unreachable(Device device) => new(
        "checkpoint-every", $"the TorchSharp packages give no access to the random generator of {device}, so that a run there cannot go on exactly; train over the machine's libtorch, or without");
#endif
}
