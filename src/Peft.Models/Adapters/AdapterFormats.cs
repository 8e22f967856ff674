using System.Text.Json;
using Peft.Data;
using Peft.Models.AdapterHub;
using Peft.Models.HuggingFace;
using Peft.Models.StateDicts;

namespace Peft.Models;

/// <summary>Options for reading another library's adapter.</summary>
public sealed record ImportOptions
{
    /// <summary>Settings by <c>method.option</c> that a file without a configuration does not contain.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether to read the head.</summary>
    public bool WithHead { get; init; } = true;

    /// <summary>Receives a line about each setting of the file that has no effect; null to say nothing.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>
    /// AdapterHub: the prefix of the file's keys, if the adapter was made for an architecture whose layers are the same under another name.
    /// </summary>
    public string? KeyPrefix { get; init; }
}

/// <summary>All adapter formats, by the names that users write.</summary>
public static class AdapterFormats
{
    /// <summary>This library's own format.</summary>
    public const string Own = "peft";

    /// <summary>The formats that can be read.</summary>
    public static IReadOnlyList<string> Readable { get; } =
        [HuggingFacePeft.Format, AdapterHubFormat.Format, LoralibFormat.Format, AdaMixFormat.Format, Own];

    /// <summary>The formats that can be written.</summary>
    public static IReadOnlyList<string> Writable { get; } =
        [HuggingFacePeft.Format, AdapterHubFormat.Format, LoralibFormat.Format, AdaMixFormat.Format, Own];

    /// <summary>Detects the format of a folder from its configuration; null if there is none, as for files of loralib and AdaMix.</summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>One of <see cref="Readable"/>, or null.</returns>
    /// <exception cref="ForeignConfigException">The configuration cannot be read.</exception>
    public static string? Detect(string path)
    {
        if (File.Exists(Path.Combine(path, AdapterFolder.ManifestName)))
            return Own;
        var file = Path.Combine(path, PeftConfig.FileName);
        var json = SettingsFile.Read(file, out var problem);
        if (problem is not null)
            throw new ForeignConfigException(file, null, problem.TrimEnd('.'));
        try
        {
            using var config = json is null ? null : JsonText.Parse(json);
            return config?.RootElement is not { ValueKind: JsonValueKind.Object } fields ? null
                : fields.TryGetProperty("peft_type", out _) ? HuggingFacePeft.Format
                : fields.TryGetProperty("config", out _) ? AdapterHubFormat.Format : null;
        }
        catch (JsonException)
        {
            return null; // the format's own reader says what is wrong
        }
    }

    /// <summary>
    /// Reads the name of the backbone that an adapter was trained on, and the outputs of the classification head in its files.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="format">One of <see cref="Readable"/>.</param>
    /// <returns>The backbone's name or path and the number of outputs; each null if not stored.</returns>
    /// <exception cref="UnknownNameException">The format is unknown.</exception>
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

    /// <summary>Adds an adapter of any format, strictly; see the reader of the format.</summary>
    /// <param name="model">The backbone. If the adapter has a head, the backbone needs one of the same size.</param>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="path">The folder or file.</param>
    /// <param name="format">One of <see cref="Readable"/>.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="options">Options for what the file does not contain.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="UnknownNameException">The format is unknown.</exception>
    public static Adapter Load(PeftModel model, string name, string path, string format, MethodRegistry registry, ImportOptions options) =>
        format switch
    {
        HuggingFacePeft.Format => HuggingFacePeft.Load(model, name, path, registry, options.Notice),
        AdapterHubFormat.Format => AdapterHubFormat.Load(model, name, path, registry, options.WithHead, options.KeyPrefix),
        LoralibFormat.Format => LoralibFormat.Load(model, name, path, registry, options.Settings),
        AdaMixFormat.Format => AdaMixFormat.Load(model, name, path, registry, options.Settings),
        Own => AdapterFolder.LoadAs(model, name, path, registry),
        _ => throw new UnknownNameException("format of adapters", format, Readable),
    };

    /// <summary>Writes an adapter and its head in any writable format. The folder is written atomically.</summary>
    /// <param name="model">The backbone with the adapter.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="format">One of <see cref="Writable"/>.</param>
    /// <param name="backbone">The backbone that the adapter was trained on, or null.</param>
    /// <param name="weights">The kind of file; null for the other library's default.</param>
    /// <exception cref="UnknownNameException">The format or the adapter is unknown.</exception>
    /// <exception cref="AdapterExportException">The format cannot express the adapter, or does not support this kind of file.</exception>
    /// <exception cref="FolderNotEmptyException">The folder is not empty.</exception>
    public static void Save(PeftModel model, string name, string folder, string format, string? backbone, WeightsFile? weights = null)
    {
        CheckVocabulary(model, format);
        switch (format)
        {
            case HuggingFacePeft.Format:
                HuggingFacePeft.Save(model, name, folder, backbone, weights ?? WeightsFile.Safetensors);
                break;
            case AdapterHubFormat.Format:
                AdapterHubFormat.Save(model, name, folder, backbone, weights ?? WeightsFile.PyTorch);
                break;
            case LoralibFormat.Format:
                LoralibFormat.Save(model, name, folder, weights ?? WeightsFile.PyTorch);
                break;
            case AdaMixFormat.Format:
                AdaMixFormat.Save(model, name, folder, weights ?? WeightsFile.PyTorch);
                break;
            case Own when weights == WeightsFile.PyTorch:
                throw new AdapterExportException(Own, "its files are safetensors alone");
            case Own:
                AtomicFolder.Write(folder, place => AdapterFolder.Save(model, place, AdapterForm.Trained, backbone, name));
                break;
            default:
                throw new UnknownNameException("format to write adapters in", format, Writable);
        }
    }

    private static void CheckVocabulary(PeftModel model, string format)
    {
        if (model.AddedTokens.Count > 0 && format != Own)
            throw new AdapterExportException(
                format, $"the adapter adds {model.AddedTokens.Count} tokens to the vocabulary, which this format has no "
                + "place for; write a whole checkpoint with peft merge instead");
    }

    /// <summary>
    /// Whether converting an adapter to other formats needs the backbone's weights. This library stores changes of biases and norms, other
    /// libraries the values themselves. DoRA on one part of a fused map needs the norms of the other parts.
    /// </summary>
    /// <param name="spec">The adapter's specification.</param>
    /// <returns>Whether the conversion needs more than <c>config.json</c>.</returns>
    public static bool UsesWeights(AdapterSpec spec) => spec.Parts.Any(part =>
        part.Method.Name is "bitfit-linear" or "bitfit-norm" or "ln-tuning"
            || (part.Options.All.TryGetValue("dora", out var dora) && (bool)dora));
}
