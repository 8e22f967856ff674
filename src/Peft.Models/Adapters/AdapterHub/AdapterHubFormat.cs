using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Peft.Data;

namespace Peft.Models.AdapterHub;

/// <summary>
/// Adapters of the library of AdapterHub: bottleneck adapters, LoRA, (IA)^3, prefixes and unions of them, read and written with their
/// classification heads.
/// </summary>
public static partial class AdapterHubFormat
{
    /// <summary>The format's name in messages and on the command line.</summary>
    public const string Format = "adapterhub";

    private static JsonSerializerOptions Json { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a folder says it was trained on, and the outputs of the classification head beside it.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The backbone's name or path and the number of outputs; null where there is none.</returns>
    /// <exception cref="ForeignConfigException">The configuration is missing or unreadable.</exception>
    public static (string? Backbone, int? Labels) Describe(string folder)
    {
        using var file = AdapterHubFolder.Open(folder, null, "");
        return (file.Whole.Text("model_name"), HubHead.Labels(file.Archive));
    }

    /// <summary>
    /// Adds the adapter of a folder, strictly. Which adapters are active does not change. Pickles are read without running anything.
    /// </summary>
    /// <param name="model">The backbone, with a head of the adapter's size where the adapter has one.</param>
    /// <param name="name">Any name that is not taken.</param>
    /// <param name="folder">A folder with <c>adapter_config.json</c> and <c>pytorch_adapter.bin</c> or <c>adapter.safetensors</c>; the
    /// head's files beside them.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="withHead">Whether the head is loaded as well; otherwise the adapter has the backbone's own.</param>
    /// <param name="theirPrefix">
    /// What keys begin with where the adapter was made for an architecture whose layers have the same names as the backbone's
    /// (<c>bigbird</c> for BERT); null for the backbone's own.
    /// </param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="ForeignConfigException">The configuration is missing, unreadable, or has an active field that is not
    /// supported.</exception>
    /// <exception cref="ForeignTensorsException">The tensors are not those that configuration and backbone ask for.</exception>
    /// <exception cref="DuplicateAdapterException">The name is taken.</exception>
    public static Adapter Load(
        PeftModel model, string name, string folder, MethodRegistry registry, bool withHead = true, string? theirPrefix = null)
    {
        var (prefix, isDecoder) = PrefixOf(model);
        using var file = AdapterHubFolder.Open(folder, theirPrefix, prefix);
        var methods = HubMethod.Of(file.Config, file.Version);
        if (methods.GroupBy(method => method.Method).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw file.Config.Problem("configs", $"names {twice.Key} twice, which is not supported here");
        var settings = methods.SelectMany(method => Settings(method, file, isDecoder)).ToDictionary(pair => pair.Key, pair => pair.Value);
        var spec = new MethodRequest(string.Join('+', methods.Select(method => method.Method)), settings).ToSpec(registry);
        var loadsHead = withHead && file.Head is not null && model.HeadParameters.Any();
        if (loadsHead)
            HubHead.Check(file.Head!, model);
        return ForeignAdapters.Add(model, name, spec, adapter =>
        {
            var links = new HubLinks(file.Name, prefix, isDecoder).Of(adapter).Concat(loadsHead ? HubHead.Links(model, file.Name) : [])
                .ToList();
            TensorExchange.Import(links, file.Archive, file.KeyOf, key => !loadsHead && HubHead.IsHead(key));
        });
    }

    /// <summary>
    /// Writes an adapter and its head: <c>adapter_config.json</c>, <c>pytorch_adapter.bin</c>, <c>head_config.json</c>,
    /// <c>pytorch_model_head.bin</c>, which is what the library's
    /// <c>load_adapter</c> looks for; or <c>adapter.safetensors</c> and <c>model_head.safetensors</c>, which it loads with
    /// <c>use_safetensors=True</c>. A mixture is written as the
    /// plain method that it is at inference.
    /// </summary>
    /// <param name="model">The backbone with the adapter.</param>
    /// <param name="name">The adapter's name; it is in the file's keys.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="backbone">What users of the file are to load as the backbone, or null.</param>
    /// <param name="weights">The kind of file.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="AdapterExportException">The format cannot express the adapter; nothing is written.</exception>
    /// <exception cref="FolderNotEmptyException">The folder holds files already.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the place is not writable.</exception>
    public static void Save(PeftModel model, string name, string folder, string? backbone = null, WeightsFile weights = WeightsFile.PyTorch)
    {
        var adapter = model.Adapters[name];
        if (name.Contains('.', StringComparison.Ordinal))
            throw new AdapterExportException(Format, $"the adapter's name '{name}' has a dot, and names are parts of keys there; rename "
                + "it");
        if (model.IsMerged)
            throw new AdapterExportException(Format, "an adapter is merged into the backbone; unmerge first");
        using var use = model.Adapters.Using(name);
        var (prefix, isDecoder) = PrefixOf(model);
        var (layers, _, hidden) = HuggingFace.HuggingFacePeft.Sizes(model);
        var config = HubConfig.Of(adapter, hidden, layers);
        var tensors = TensorExchange.Export(new HubLinks(name, prefix, isDecoder).Of(adapter));
        var head = model.HeadParameters.Any() ? HubHead.Describe(model) : null;
        var headTensors = TensorExchange.Export(HubHead.Links(model, name));
        JsonObject About(JsonObject what) => new()
        {
            ["config"] = what, ["hidden_size"] = hidden, ["model_class"] = model.Backbone is CausalLanguageModel or DecoderClassifier
                ? "GPT2AdapterModel" : $"{Capital(prefix)}AdapterModel",
            ["model_name"] = backbone, ["model_type"] = isDecoder ? "gpt2" : prefix, ["name"] = name, ["version"] = "adapters.1.2.0",
        };
        AtomicFolder.Write(folder, place =>
        {
            File.WriteAllText(Path.Combine(place, AdapterHubFolder.ConfigName), About(config).ToJsonString(Json));
            WeightsFiles.Write(place, weights, AdapterHubFolder.WeightsName, AdapterHubFolder.TorchWeightsName, tensors);
            if (head is null)
                return;
            File.WriteAllText(Path.Combine(place, AdapterHubFolder.HeadConfigName), About(head).ToJsonString(Json));
            WeightsFiles.Write(place, weights, AdapterHubFolder.HeadWeightsName, AdapterHubFolder.TorchHeadWeightsName, headTensors);
        });
    }

    /// <summary>What a backbone's keys begin with, and whether it is GPT-2.</summary>
    private static (string Prefix, bool IsDecoder) PrefixOf(PeftModel model) => model.Backbone switch
    {
        SequenceClassifier { Encoder.Config: var config } => (config.KeyPrefix, false),
        MaskedWordModel { Encoder.Config: var config } => (config.KeyPrefix, false),
        CausalLanguageModel or DecoderClassifier => ("transformer", true),
        _ => throw new AdapterExportException(Format, $"a {model.Backbone.GetName()} is no backbone of the library"),
    };

    /// <summary>The settings under the method's name, with what tensors and layers say.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Settings(HubMethod method, AdapterHubFolder file, bool isDecoder)
    {
        foreach (var (option, value) in method.Settings)
            yield return new($"{method.Method}.{option}", value);
        if (method.Method is not (HubBottleneck.Houlsby or HubBottleneck.Pfeiffer or HubBottleneck.Parallel))
            yield break;
        var end = $".adapters.{file.Name}.adapter_down.0.weight";
        var widths = file.Keys.Where(key => key.EndsWith(end, StringComparison.Ordinal))
            .Select(key => (Module: isDecoder
                ? DecoderPlace().Replace(key[..^end.Length], "") : key[..^end.Length], Width: file.Info(key).Shape[0])).Distinct().ToList();
        if (widths.Count == 0)
            throw new ForeignTensorsException(
                file.Archive.Path, [$"*{end}"], [.. file.Archive.Tensors.Keys.Where(key => !HubHead.IsHead(key))], []);
        yield return new($"{method.Method}.size", HubMethod.Text(widths[0].Width));
        foreach (var (module, width) in widths.Where(pair => pair.Width != widths[0].Width))
            yield return new($"{method.Method}.size@{module}", HubMethod.Text(width));
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    [GeneratedRegex(@"\.(attention|output)_adapters$")]
    private static partial Regex DecoderPlace();
}
