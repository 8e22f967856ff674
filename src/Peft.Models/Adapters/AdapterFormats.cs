using System.Text.Json;
using System.Text.Json.Nodes;
using Peft.Data;
using Peft.Models.AdapterHub;
using Peft.Models.HuggingFace;
using Peft.Models.StateDicts;

namespace Peft.Models;

/// <summary>How an adapter of another library is to be read.</summary>
public sealed record ImportOptions
{
    /// <summary>Settings by <c>method.option</c> that files without a configuration do not say.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the head is read as well.</summary>
    public bool WithHead { get; init; } = true;

    /// <summary>
    /// AdapterHub: what the file's keys begin with, where the adapter was made for an architecture with the same layers under another
    /// name.
    /// </summary>
    public string? KeyPrefix { get; init; }
}

/// <summary>All formats of adapters, by the names that users write.</summary>
public static class AdapterFormats
{
    /// <summary>This library's own.</summary>
    public const string Own = "peft";

    /// <summary>What can be read.</summary>
    public static IReadOnlyList<string> Readable { get; } =
        [HuggingFacePeft.Format, AdapterHubFormat.Format, LoralibFormat.Format, AdaMixFormat.Format, Own];

    /// <summary>What can be written.</summary>
    public static IReadOnlyList<string> Writable { get; } = [HuggingFacePeft.Format, AdapterHubFormat.Format, Own];

    /// <summary>The format of a folder that has a configuration; null where there is none, as with loralib's and AdaMix's files.</summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>One of <see cref="Readable"/>, or null.</returns>
    public static string? Detect(string path)
    {
        if (File.Exists(Path.Combine(path, AdapterFolder.ManifestName)))
            return Own;
        try
        {
            var file = Path.Combine(path, PeftConfig.FileName);
            return !File.Exists(file) || JsonNode.Parse(File.ReadAllText(file)) is not JsonObject config ? null
                : config.ContainsKey("peft_type") ? HuggingFacePeft.Format
                : config.ContainsKey("config") ? AdapterHubFormat.Format : null;
        }
        catch (JsonException)
        {
            return null; // the format's own reader says what is wrong
        }
    }

    /// <summary>What an adapter says it was trained on, and the outputs of the classification head in its files.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="format">One of <see cref="Readable"/>.</param>
    /// <returns>The backbone's name or path and the number of outputs; null where there is none.</returns>
    /// <exception cref="UnknownNameException">There is no such format.</exception>
    public static (string? Backbone, int? Labels) Describe(string path, string format)
    {
        switch (format)
        {
            case HuggingFacePeft.Format:
                return HuggingFacePeft.Describe(path);
            case AdapterHubFormat.Format:
                return AdapterHubFormat.Describe(path);
            case LoralibFormat.Format or AdaMixFormat.Format:
                return (null, LoralibFormat.Labels(path));
            case Own:
                var manifest = AdapterFolder.ReadManifest(path);
                using (var tensors = SafetensorsFile.Open(Path.Combine(path, AdapterFolder.TensorsName)))
                    return (manifest.Backbone, AdapterBackbone.LabelsIn(tensors));
            default:
                throw new UnknownNameException("format of adapters", format, Readable);
        }
    }

    /// <summary>Adds an adapter of any format, strictly; see the format's own reader.</summary>
    /// <param name="model">The backbone, with a head of the adapter's size where the adapter has one.</param>
    /// <param name="name">Any name that is not taken.</param>
    /// <param name="path">The folder or file.</param>
    /// <param name="format">One of <see cref="Readable"/>.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="options">What the file does not say.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="UnknownNameException">There is no such format.</exception>
    public static Adapter Load(PeftModel model, string name, string path, string format, MethodRegistry registry, ImportOptions options) =>
        format switch
    {
        HuggingFacePeft.Format => HuggingFacePeft.Load(model, name, path, registry),
        AdapterHubFormat.Format => AdapterHubFormat.Load(model, name, path, registry, options.WithHead, options.KeyPrefix),
        LoralibFormat.Format => LoralibFormat.Load(model, name, path, registry, options.Settings),
        AdaMixFormat.Format => AdaMixFormat.Load(model, name, path, registry, options.Settings),
        Own => AdapterFolder.LoadAs(model, name, path, registry),
        _ => throw new UnknownNameException("format of adapters", format, Readable),
    };

    /// <summary>Writes an adapter and its head in any format that can be written: the whole folder, or nothing.</summary>
    /// <param name="model">The backbone with the adapter.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="format">One of <see cref="Writable"/>.</param>
    /// <param name="backbone">What the adapter was trained on, or null.</param>
    /// <param name="weights">The kind of file; null for the one that the other library writes itself.</param>
    /// <exception cref="UnknownNameException">There is no such format or adapter.</exception>
    /// <exception cref="AdapterExportException">The format cannot express the adapter, or has no such kind of file.</exception>
    /// <exception cref="FolderNotEmptyException">The folder holds files already.</exception>
    public static void Save(PeftModel model, string name, string folder, string format, string? backbone, WeightsFile? weights = null)
    {
        switch (format)
        {
            case HuggingFacePeft.Format:
                HuggingFacePeft.Save(model, name, folder, backbone, weights ?? WeightsFile.Safetensors);
                break;
            case AdapterHubFormat.Format:
                AdapterHubFormat.Save(model, name, folder, backbone, weights ?? WeightsFile.PyTorch);
                break;
            case Own when weights == WeightsFile.PyTorch:
                throw new AdapterExportException(Own, "its files are safetensors alone");
            case Own:
                AtomicFolder.Write(folder, place => AdapterFolder.Save(model, place, merged: false, backbone, name));
                break;
            default:
                throw new UnknownNameException("format to write adapters in", format, Writable);
        }
    }

    /// <summary>
    /// Whether an adapter's tensors in other formats depend on the backbone's weights: this library keeps differences of biases and norms,
    /// others the values themselves; a DoRA of a part of a fused map needs the norms of the others.
    /// </summary>
    /// <param name="spec">The adapter's specification.</param>
    /// <returns>Whether <c>config.json</c> alone is not enough to convert it.</returns>
    public static bool UsesWeights(AdapterSpec spec) => spec.Parts.Any(part =>
        part.Method.Name is "bitfit-linear" or "bitfit-norm" or "ln-tuning"
            || (part.Options.All.TryGetValue("dora", out var dora) && (bool)dora));
}
