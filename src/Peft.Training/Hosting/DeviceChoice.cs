using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Selects the device of a run's tensors.</summary>
public static class DeviceChoice
{
    /// <summary>Parses <c>auto</c> (CUDA if available), <c>cpu</c> or <c>cuda</c>.</summary>
    /// <param name="name">The choice.</param>
    /// <returns>The device.</returns>
    /// <exception cref="TrainingOptionsException">The choice is CUDA, but this libtorch or machine has none.</exception>
    public static Device Parse(string name)
    {
        if (name == "cuda" && !cuda.is_available())
            throw new TrainingOptionsException("device", NoCuda(GpuDevices.Find().Count));
        return name == "cuda" || (name == "auto" && cuda.is_available()) ? device("cuda:0") : device("cpu");
    }

    /// <summary>Checks that a model fits on a device before moving it there.</summary>
    /// <param name="target">The device; the CPU always passes.</param>
    /// <param name="model">The model on the CPU.</param>
    /// <exception cref="TrainingOptionsException">The device has less free memory than the model's parameters and buffers take.</exception>
    public static void CheckFits(Device target, nn.Module model)
    {
        if (target.type != DeviceType.CUDA)
            return;
        var needed = model.parameters().Concat(model.buffers()).Sum(tensor => tensor.numel() * tensor.element_size());
        var gpu = GpuDevices.Find().FirstOrDefault(found => found.Index == Math.Max(0, target.index));
        if (gpu is not null)
            CheckFits(gpu, needed);
    }

    /// <summary>Checks that a GPU has a number of bytes free.</summary>
    /// <exception cref="TrainingOptionsException">The GPU has too little free memory.</exception>
    internal static void CheckFits(GpuDevice gpu, long needed)
    {
        if (needed > gpu.FreeBytes)
        {
            throw new TrainingOptionsException(
                "device", $"cuda:{gpu.Index} ({gpu.Name}) has {Gibibytes(gpu.FreeBytes)} of {Gibibytes(gpu.TotalBytes)} free and the "
                    + $"backbone alone takes {Gibibytes(needed)}; "
                + "stop other programs on it, choose --backbone-dtype bfloat16, a smaller backbone, or --device cpu");
        }
    }

    private static string NoCuda(int gpus) => gpus == 0
        ? "no NVIDIA GPU was found; choose cpu (`peft doctor` shows what was found)"
        : $"the machine has {gpus} GPU(s) and the loaded libtorch has no CUDA; name an installed PyTorch with CUDA in TORCH_DIR, build "
            + "with TORCH_DEVICE=cuda, or choose cpu";

    private static string Gibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F1} GiB");
}
