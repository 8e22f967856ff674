using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Where tensors live.</summary>
public static class DeviceChoice
{
    /// <summary>Reads <c>auto</c> (CUDA where there is one), <c>cpu</c> or <c>cuda</c>.</summary>
    /// <param name="name">The choice.</param>
    /// <returns>The device.</returns>
    /// <exception cref="TrainingOptionsException">CUDA was asked for and this libtorch or machine has none.</exception>
    public static Device Of(string name)
    {
        if (name == "cuda" && !cuda.is_available())
            throw new TrainingOptionsException("device", "no CUDA device can be used here; `peft doctor` says what was found");
        return name == "cuda" || (name == "auto" && cuda.is_available()) ? device("cuda:0") : device("cpu");
    }
}
