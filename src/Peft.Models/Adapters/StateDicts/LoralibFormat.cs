using System.Globalization;
using Peft.Data;

namespace Peft.Models.StateDicts;

/// <summary>State dicts of loralib: the keys with <c>lora_</c>, the head's, and trained biases.</summary>
public static class LoralibFormat
{
    /// <summary>The format's name in messages and on the command line.</summary>
    public const string Format = "loralib";

    private const string Method = "lora";
    private const string Down = ".lora_A";
    private const string Up = ".lora_B";

    /// <summary>The outputs of the classification head in a file.</summary>
    /// <param name="path">The file or its folder.</param>
    /// <returns>The number of outputs; null if the file has no head.</returns>
    /// <exception cref="TensorFileException">The file cannot be read.</exception>
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
        return ForeignAdapters.Add(model, name, new MethodRequest(Method, given).ToSpec(registry), file.Archive, adapter =>
        {
            var links = Links(adapter).Concat(HeadFiles.Links(model, file.KeyOf, isExpected: false)).ToList();
            file.Import(links, model, key => key.Contains(".lora_", StringComparison.Ordinal));
        });
    }

    /// <summary>
    /// Writes an adapter and its head as one state dict. A mixture is written as its equivalent plain method. The file has no place for
    /// alpha, which its reader must know.
    /// </summary>
    /// <param name="model">The backbone with the adapter.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="weights">The kind of file.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="AdapterExportException">loralib cannot express the adapter; nothing is written.</exception>
    /// <exception cref="FolderNotEmptyException">The folder is not empty.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder is not writable.</exception>
    public static void Save(PeftModel model, string name, string folder, WeightsFile weights = WeightsFile.PyTorch)
    {
        var adapter = model.Adapters[name];
        StateDictExport.CheckMethod(adapter, Format, Method);
        StateDictExport.CheckLora(
            AdapterTensor.All(adapter), Format, parts => parts.SequenceEqual([0, 2]) || parts.SequenceEqual([0, 1, 2]));
        StateDictExport.Write(model, name, folder, Format, weights, Links(adapter));
    }

    private static IEnumerable<TensorLink> Links(Adapter adapter) =>
        from tensor in AdapterTensor.All(adapter)
        group tensor by (ModuleNames.Foreign(tensor.Module).Module, tensor.Name) into parts
        select TensorLink.Stacked(parts.Key.Module + (parts.Key.Name == "A" ? Down : Up), [.. parts]);

    /// <summary>In a fused module, loralib's examples adapt query and value; with three A matrices, all three parts.</summary>
    private static IEnumerable<string> Maps(string module, StateDictFile file, BackboneModules modules)
    {
        var maps = modules.Maps(module);
        return maps.Count == 1 || file.Info(module + Down).Shape[0] == 3 * file.Info(module + Up).Shape[^1]
            ? maps : maps.Where((_, part) => part != 1);
    }
}
