using Peft.Data;

namespace Peft.Models.HuggingFace;

/// <summary>A folder of Hugging Face's PEFT: its configuration, and its tensors under the backbone's own names.</summary>
internal sealed class PeftFile : IDisposable
{
    public const string WeightsName = "adapter_model.safetensors";
    public const string LegacyName = "adapter_model.bin";
    private const string Tuner = "base_model.model.";
    private const string Prompt = "base_model.";

    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    private PeftFile(ConfigObject config, ITensorArchive archive)
    {
        (Config, Archive) = (config, archive);
        foreach (var key in archive.Tensors.Keys)
            _keys.TryAdd(Plain(key), key);
    }

    public ConfigObject Config { get; }

    public ITensorArchive Archive { get; }

    /// <summary>The keys without the parts that PEFT adds.</summary>
    public IEnumerable<string> Keys => _keys.Keys;

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ForeignConfigException">The configuration or the weights are missing or unreadable.</exception>
    public static PeftFile Open(string folder)
    {
        var config = PeftConfig.Read(folder);
        var file = ((string[])[WeightsName, LegacyName]).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new ForeignConfigException(folder, null, $"there is neither {WeightsName} nor {LegacyName}");
        return new PeftFile(config, CheckpointFolder.Open(file));
    }

    /// <summary>The prefix of written keys.</summary>
    public static string PrefixOf(bool isPromptLearning) => isPromptLearning ? Prompt : Tuner;

    public TensorInfo Info(string plain) => Archive.Tensors[_keys[plain]];

    /// <summary>The file's key for a plain one; null if missing.</summary>
    public string? KeyOf(string plain) => _keys.GetValueOrDefault(plain);

    public void Dispose() => Archive.Dispose();

    /// <summary>
    /// Removes the wrapper's names. Old versions have <c>modules_to_save</c> inside keys, and some have <c>.weight</c> after magnitudes.
    /// </summary>
    private static string Plain(string key)
    {
        var plain = key.StartsWith(Tuner, StringComparison.Ordinal)
            ? key[Tuner.Length..] : key.StartsWith(Prompt, StringComparison.Ordinal) ? key[Prompt.Length..] : key;
        plain = plain.Replace(".modules_to_save.default.", ".", StringComparison.Ordinal)
            .Replace(".modules_to_save.", ".", StringComparison.Ordinal);
        return plain.EndsWith(LoraKeys.Magnitude + ".weight", StringComparison.Ordinal) ? plain[..^".weight".Length] : plain;
    }
}

/// <summary>The endings of PEFT's keys of LoRA tensors.</summary>
internal static class LoraKeys
{
    public const string A = ".lora_A.weight";
    public const string B = ".lora_B.weight";
    public const string Magnitude = ".lora_magnitude_vector";
    public const string AdaptedBias = ".base_layer.bias";
    public const string Bias = ".bias";
}
