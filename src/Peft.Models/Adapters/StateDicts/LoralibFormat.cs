using System.Globalization;

namespace Peft.Models.StateDicts;

/// <summary>State dicts of loralib: the keys with <c>lora_</c>, the head's, and trained biases.</summary>
public static class LoralibFormat
{
    /// <summary>The format's name in messages and on the command line.</summary>
    public const string Format = "loralib";

    private const string Down = ".lora_A";
    private const string Up = ".lora_B";

    /// <summary>The outputs of the classification head in a file.</summary>
    /// <param name="path">The file or its folder.</param>
    /// <returns>The number of outputs; null if the file has no head.</returns>
    /// <exception cref="Data.TensorFileException">The file cannot be read.</exception>
    public static int? Labels(string path)
    {
        using var file = StateDictFile.Open(path);
        return HeadFiles.LastMaps.Where(key => file.KeyOf(key) is not null).Select(key => (int?)file.Info(key).Shape[0]).FirstOrDefault();
    }

    /// <summary>Adds a file's adapter, and its head if present, strictly. The active adapters do not change.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="path">The file, or a folder that contains only this file.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="settings">Settings of <c>lora</c>. They must include <c>lora.alpha</c>, which files do not contain.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="MissingSettingException">lora.alpha is not given.</exception>
    /// <exception cref="ForeignTensorsException">The tensors are not a LoRA of this backbone.</exception>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    public static Adapter Load(
        PeftModel model, string name, string path, MethodRegistry registry, IReadOnlyDictionary<string, string> settings)
    {
        using var file = StateDictFile.Open(path);
        if (!settings.Keys.Contains("lora.alpha", StringComparer.OrdinalIgnoreCase))
            throw new MissingSettingException(
                file.Archive.Path, "lora.alpha", "say what the adapter was trained with, as in --set lora.alpha=16");
        var modules = new BackboneModules(model);
        var adapted = file.Keys.Where(key => key.EndsWith(Down, StringComparison.Ordinal)).Select(key => key[..^Down.Length])
            .Where(module => file.KeyOf(module + Up) is not null && modules.Maps(module).Count > 0).ToList();
        if (adapted.Count == 0)
            throw new ForeignTensorsException(file.Archive.Path, ["*" + Down, "*" + Up], [.. file.Archive.Tensors.Keys], []);
        var given = new Dictionary<string, string>(settings, StringComparer.OrdinalIgnoreCase)
        {
            ["lora.rank"] = file.Info(adapted[0] + Up).Shape[^1].ToString(CultureInfo.InvariantCulture),
            ["lora.targets"] = string.Join(
                '+', ModuleNames.Ends([.. adapted.SelectMany(module => Maps(module, file, modules))], modules.Projections)),
        };
        return ForeignAdapters.Add(model, name, new MethodRequest("lora", given).ToSpec(registry), adapter =>
        {
            var links = (from tensor in AdapterTensor.All(adapter)
                         group tensor by (ModuleNames.Foreign(tensor.Module).Module, tensor.Name) into parts
                         select TensorLink.Stacked(parts.Key.Module + (parts.Key.Name == "A" ? Down : Up), [.. parts]))
                .Concat(HeadFiles.Links(model, file.KeyOf, isExpected: false)).ToList();
            file.Import(links, model, key => key.Contains(".lora_", StringComparison.Ordinal));
        });
    }

    /// <summary>In a fused module, loralib's examples adapt query and value; with three A matrices, all three parts.</summary>
    private static IEnumerable<string> Maps(string module, StateDictFile file, BackboneModules modules)
    {
        var maps = modules.Maps(module);
        return maps.Count == 1 || file.Info(module + Down).Shape[0] == 3 * file.Info(module + Up).Shape[^1]
            ? maps : maps.Where((_, part) => part != 1);
    }
}
