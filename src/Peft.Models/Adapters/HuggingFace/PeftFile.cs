using Peft.Data;

namespace Peft.Models.HuggingFace;

/// <summary>A folder of Hugging Face's PEFT: its configuration, and its tensors by the backbone's own names.</summary>
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

    /// <summary>The keys without what PEFT puts in front of and into them.</summary>
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

    /// <summary>The file's key of a plain one; null where there is none.</summary>
    public string? KeyOf(string plain) => _keys.GetValueOrDefault(plain);

    public void Dispose() => Archive.Dispose();

    /// <summary>
    /// Without the wrapper's names; <c>modules_to_save</c> is inside keys of old versions, <c>.weight</c> behind magnitudes of some.
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

/// <summary>How PEFT ends the keys of a LoRA's tensors.</summary>
internal static class LoraKeys
{
    public const string A = ".lora_A.weight";
    public const string B = ".lora_B.weight";
    public const string Magnitude = ".lora_magnitude_vector";
    public const string AdaptedBias = ".base_layer.bias";
    public const string Bias = ".bias";
}
