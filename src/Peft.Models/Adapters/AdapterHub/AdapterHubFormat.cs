using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Peft.Data;

namespace Peft.Models.AdapterHub;

/// <summary>
/// Adapters of the AdapterHub library: bottleneck adapters, LoRA, (IA)^3, prefixes and unions of them. They are read and written with their
/// classification heads.
/// </summary>
public static partial class AdapterHubFormat
{
    /// <summary>The format's name in messages and on the command line.</summary>
    public const string Format = "adapterhub";

    private static JsonSerializerOptions Json { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Reads the name of the backbone that a folder's adapter was trained on, and the outputs of its classification head.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The backbone's name or path and the number of outputs; each null if not stored.</returns>
    /// <exception cref="ForeignConfigException">The configuration is missing or unreadable.</exception>
    public static (string? Backbone, int? Labels) Describe(string folder)
    {
        using var file = AdapterHubFolder.Open(folder, null, "");
        return (file.Whole.Text("model_name"), HubHead.Labels(file.Archive));
    }

    /// <summary>
    /// Adds a folder's adapter, strictly. The active adapters do not change. Pickles are read without executing anything.
    /// </summary>
    /// <param name="model">The backbone. If the adapter has a head, the backbone needs one of the same size.</param>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="folder">A folder with <c>adapter_config.json</c>, <c>pytorch_adapter.bin</c> or <c>adapter.safetensors</c>, and the
    /// head's files.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="withHead">Whether to load the head; otherwise the adapter uses the backbone's own.</param>
    /// <param name="theirPrefix">The prefix of the file's keys, if the adapter was made for an architecture whose layers have the same
    /// names as the backbone's (<c>bigbird</c> for BERT); null for the backbone's own prefix.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="ForeignConfigException">The configuration is missing, unreadable, or has an active field that is not
    /// supported.</exception>
    /// <exception cref="ForeignTensorsException">The tensors do not match the configuration and the backbone.</exception>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    public static Adapter Load(
        PeftModel model, string name, string folder, MethodRegistry registry, bool withHead = true, string? theirPrefix = null)
    {
        var facts = ForeignFacts.Get(model, Format);
        using var file = AdapterHubFolder.Open(folder, theirPrefix, facts.KeyPrefix);
        var methods = HubMethod.FromConfig(file.Config, file.Version);
        if (methods.GroupBy(method => method.Method).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw file.Config.Problem("configs", $"names {twice.Key} twice, which is not supported here");
        var settings = methods.SelectMany(method => Settings(method, file, facts.HasAdapterModules))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        var spec = new MethodRequest(string.Join('+', methods.Select(method => method.Method)), settings).ToSpec(registry);
        var loadsHead = withHead && file.Head is not null && model.HeadParameters.Any();
        if (loadsHead)
            HubHead.Check(file.Head!, model);
        return ForeignAdapters.Add(model, name, spec, file.Archive, adapter =>
        {
            var links = new HubLinks(file.Name, facts.KeyPrefix, facts.HasAdapterModules).Links(adapter)
                .Concat(loadsHead ? HubHead.Links(model, file.Name) : []);
            TensorExchange.Import(
                [.. links.Select(link => link.Import)], file.Archive, file.KeyOf, key => !loadsHead && HubHead.IsHead(key));
        });
    }

    /// <summary>
    /// Writes an adapter and its head. The files <c>adapter_config.json</c>, <c>pytorch_adapter.bin</c>, <c>head_config.json</c> and
    /// <c>pytorch_model_head.bin</c> are those that the library's <c>load_adapter</c> expects. It loads <c>adapter.safetensors</c> and
    /// <c>model_head.safetensors</c> with <c>use_safetensors=True</c>. A mixture is written as its equivalent plain method.
    /// </summary>
    /// <param name="model">The backbone with the adapter.</param>
    /// <param name="name">The adapter's name, which becomes part of the file's keys.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="backbone">The backbone that users of the file should load, or null.</param>
    /// <param name="weights">The kind of file.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="AdapterExportException">The format cannot express the adapter; nothing is written.</exception>
    /// <exception cref="FolderNotEmptyException">The folder is not empty.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder is not writable.</exception>
    public static void Save(PeftModel model, string name, string folder, string? backbone = null, WeightsFile weights = WeightsFile.PyTorch)
    {
        var adapter = model.Adapters[name];
        if (name.Contains('.', StringComparison.Ordinal))
            throw new AdapterExportException(Format, $"the adapter's name '{name}' has a dot, and names are parts of keys there; rename "
                + "it");
        if (model.IsMerged)
            throw new AdapterExportException(Format, "an adapter is merged into the backbone; unmerge first");
        if (HeadFiles.PartsBeside(model) is [var part, ..])
            throw new AdapterExportException(
                Format, $"the backbone's {part} is trained with the head, and the format has no place for it; convert to another "
                + "format, or write a whole checkpoint with peft merge");
        using var use = model.Adapters.Using(name);
        var facts = ForeignFacts.Get(model, Format);
        var config = HubConfig.Write(adapter, facts.HiddenSize, facts.Layers);
        var tensors = TensorExchange.Export(new HubLinks(name, facts.KeyPrefix, facts.HasAdapterModules).Links(adapter)
            .Select(link => link.Export));
        var head = model.HeadParameters.Any() ? HubHead.Describe(model) : null;
        var headTensors = TensorExchange.Export(HubHead.Links(model, name).Select(link => link.Export));
        JsonObject About(JsonObject what) => new()
        {
            ["config"] = what, ["hidden_size"] = facts.HiddenSize, ["model_class"] = AdapterClass(facts), ["model_name"] = backbone,
            ["model_type"] = facts.ModelType, ["name"] = name, ["version"] = "adapters.1.2.0",
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

    /// <summary>The library's class: BertForMaskedLM becomes BertAdapterModel.</summary>
    private static string AdapterClass(BackboneFacts facts) => $"{EndOfArchitecture().Replace(facts.Architecture, "")}AdapterModel";

    /// <summary>The settings under the method's name, with the values implied by tensors and layers.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Settings(HubMethod method, AdapterHubFolder file, bool hasModules)
    {
        foreach (var (option, value) in method.Settings)
            yield return new($"{method.Method}.{option}", value);
        if (method.Method is not (HubBottleneck.Houlsby or HubBottleneck.Pfeiffer or HubBottleneck.Parallel))
            yield break;
        var end = $".adapters.{file.Name}.adapter_down.0.weight";
        var widths = file.Keys.Where(key => key.EndsWith(end, StringComparison.Ordinal))
            .Select(key => (Module: hasModules
                ? ModulePlace().Replace(key[..^end.Length], "") : key[..^end.Length], Width: file.Info(key).Shape[0])).Distinct().ToList();
        if (widths.Count == 0)
            throw new ForeignTensorsException(
                file.Archive.Path, [$"*{end}"], [.. file.Archive.Tensors.Keys.Where(key => !HubHead.IsHead(key))], []);
        yield return new($"{method.Method}.size", HubMethod.Text(widths[0].Width));
        foreach (var (module, width) in widths.Where(pair => pair.Width != widths[0].Width))
            yield return new($"{method.Method}.size@{module}", HubMethod.Text(width));
    }

    [GeneratedRegex("(For|LM)[A-Za-z]*$")]
    private static partial Regex EndOfArchitecture();

    [GeneratedRegex(@"\.(attention|output)_adapters$")]
    private static partial Regex ModulePlace();
}
