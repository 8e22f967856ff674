using Peft.Data;

namespace Peft.Models.StateDicts;

/// <summary>A file of tensors without a configuration: an adapter, or a whole model that includes the adapter.</summary>
internal sealed class StateDictFile : IDisposable
{
    private const string Wrapper = "module.";
    private readonly Dictionary<string, string> _keys;

    private StateDictFile(ITensorArchive archive, Dictionary<string, string> keys) => (Archive, _keys) = (archive, keys);

    public ITensorArchive Archive { get; }

    /// <summary>The keys, without the prefix that parallel training adds.</summary>
    public IEnumerable<string> Keys => _keys.Keys;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ForeignTensorsException">It has a key both with and without the prefix.</exception>
    public static StateDictFile Open(string path)
    {
        var archive = AdapterArchives.Open(path);
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in archive.Tensors.Keys)
        {
            if (keys.TryAdd(Plain(key), key))
                continue;
            archive.Dispose();
            throw new ForeignTensorsException(path, [], [$"{key} beside {keys[Plain(key)]}"], []);
        }

        return new StateDictFile(archive, keys);
    }

    public TensorInfo Info(string key) => Archive.Tensors[_keys[key]];

    public string? KeyOf(string key) => _keys.GetValueOrDefault(key);

    /// <summary>Reads the linked tensors. Keys of a backbone in the same file are ignored; any other key is an error.</summary>
    /// <param name="links">The tensors.</param>
    /// <param name="model">The backbone.</param>
    /// <param name="isAdapter">Whether a key belongs to an adapter.</param>
    /// <param name="isIdle">Whether an adapter's key does not affect the computation.</param>
    public void Import(IReadOnlyList<TensorLink> links, PeftModel model, Func<string, bool> isAdapter, Func<string, bool>? isIdle = null)
    {
        var modules = new BackboneModules(model).Foreign.ToHashSet(StringComparer.Ordinal);
        var heads = model.HeadParameters.Select(pair => pair.Name).ToHashSet(StringComparer.Ordinal);
        bool IsBackbone(string key) =>
            !isAdapter(key) && !heads.Contains(key) && key.LastIndexOf('.') is > 0 and var end && modules.Contains(key[..end]);
        TensorExchange.Import([.. links.Select(link => link.Import)], Archive, KeyOf, stored =>
        {
            var key = Plain(stored);
            return IsBackbone(key) || isIdle?.Invoke(key) == true;
        });
    }

    public void Dispose() => Archive.Dispose();

    private static string Plain(string key) => key.StartsWith(Wrapper, StringComparison.Ordinal) ? key[Wrapper.Length..] : key;
}

/// <summary>A file without a configuration lacks a setting that its adapter needs.</summary>
/// <param name="file">The file.</param>
/// <param name="setting">The setting.</param>
/// <param name="problem">How to fix it.</param>
public sealed class MissingSettingException(string file, string setting, string problem)
    : Exception($"{file}: {setting} is not in the file: {problem}. Nothing was loaded.")
{
    /// <summary>The setting.</summary>
    public string Setting { get; } = setting;
}
