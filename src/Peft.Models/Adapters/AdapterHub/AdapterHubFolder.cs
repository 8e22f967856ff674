using System.Text.RegularExpressions;
using Peft.Data;

namespace Peft.Models.AdapterHub;

/// <summary>
/// A folder of AdapterHub: the configuration, the tensors and, in separate files, the head. Names of old versions and of similar backbones
/// are converted to current ones.
/// </summary>
internal sealed partial class AdapterHubFolder : IDisposable
{
    public const string ConfigName = "adapter_config.json";
    public const string WeightsName = "adapter.safetensors";
    public const string TorchWeightsName = "pytorch_adapter.bin";
    public const string HeadConfigName = "head_config.json";
    public const string HeadWeightsName = "model_head.safetensors";
    public const string TorchHeadWeightsName = "pytorch_model_head.bin";

    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    private AdapterHubFolder(string folder, ConfigObject whole, ITensorArchive archive, string? theirPrefix, string prefix)
    {
        (Whole, Archive) = (whole, archive);
        Name = whole.Text("name") ?? throw whole.Problem("name", "is missing");
        var head = Path.Combine(folder, HeadConfigName);
        whole.CheckTypes();
        if (Path.Exists(head))
        {
            var description = ConfigObject.Read(head, "a head's configuration");
            description.CheckTypes();
            Head = description.Inner("config");
        }

        foreach (var key in archive.Tensors.Keys)
            _keys.TryAdd(Modern(key, theirPrefix, prefix), key);
    }

    public ConfigObject Whole { get; }

    public ConfigObject Config => Whole.Inner("config");

    public ConfigObject? Head { get; }

    public ITensorArchive Archive { get; }

    /// <summary>The adapter's name, which every key contains.</summary>
    public string Name { get; }

    /// <summary>The library's version, such as <c>adapters.1.2.0</c>; null if its predecessor wrote the file.</summary>
    public Version? Version =>
        VersionPart().Match(Whole.Text("version") ?? "") is { Success: true } match
            && Version.TryParse(match.Groups["number"].ValueSpan, out var version) ? version : null;

    public IEnumerable<string> Keys => _keys.Keys;

    public static AdapterHubFolder Open(string folder, string? theirPrefix, string prefix)
    {
        var config = ConfigObject.Read(Path.Combine(folder, ConfigName), "a folder that the library of AdapterHub wrote");
        var archive = AdapterArchives.Open(folder);
        try
        {
            return new AdapterHubFolder(folder, config, archive, theirPrefix, prefix);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    public string? KeyOf(string key) => _keys.GetValueOrDefault(key);

    public TensorInfo Info(string key) => Archive.Tensors[_keys[key]];

    public void Dispose() => Archive.Dispose();

    private static string Modern(string key, string? theirPrefix, string prefix)
    {
        var modern = LegacyPlace().Replace(key, ".adapters.");
        return theirPrefix is not null && modern.StartsWith(theirPrefix + ".", StringComparison.Ordinal)
            ? prefix + modern[theirPrefix.Length..] : modern;
    }

    [GeneratedRegex(@"\.(attention|layer)_text_(task|lang)_adapters\.")]
    private static partial Regex LegacyPlace();

    [GeneratedRegex(@"^adapters\.(?<number>\d+\.\d+(\.\d+)?)")]
    private static partial Regex VersionPart();
}
