using Peft.Data;

namespace Peft.Models;

/// <summary>The kind of file for an adapter's tensors.</summary>
public enum WeightsFile
{
    /// <summary>safetensors.</summary>
    Safetensors,

    /// <summary>PyTorch's own format (<c>.bin</c>), which <c>torch.load</c> reads with <c>weights_only=True</c>.</summary>
    PyTorch,
}

/// <summary>Writes tensors to a file of either kind.</summary>
internal static class WeightsFiles
{
    public static void Write(string folder, WeightsFile kind, string safetensors, string pytorch, IEnumerable<TensorSource> tensors)
    {
        if (kind == WeightsFile.Safetensors)
            SafetensorsWriter.Write(Path.Combine(folder, safetensors), tensors);
        else
            TorchBinWriter.Write(Path.Combine(folder, pytorch), tensors);
    }
}
