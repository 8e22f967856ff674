using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Peft.Data;

namespace Peft.Models.HuggingFace;

/// <summary>
/// Adapters of Hugging Face's PEFT (LORA, IA3, PREFIX_TUNING, PROMPT_TUNING and LN_TUNING), read and written with their heads.
/// </summary>
public static class HuggingFacePeft
{
    /// <summary>The format's name in messages and on the command line.</summary>
    public const string Format = "hf-peft";

    private static readonly IPeftType[] s_types = [new LoraType(), new Ia3Type(), new PrefixType(), new PromptType(), new NormType()];

    private static JsonSerializerOptions Json { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Reads the name of the backbone that a folder's adapter was trained on, and the outputs of its classification head.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The backbone's name or path and the number of outputs; each null if not stored.</returns>
    /// <exception cref="ForeignConfigException">The configuration or the weights are missing or unreadable.</exception>
    public static (string? Backbone, int? Labels) Describe(string folder)
    {
        using var file = PeftFile.Open(folder);
        var head = HeadFiles.LastMaps.Where(key => file.KeyOf(key) is not null).Select(key => (int?)file.Info(key).Shape[0])
            .FirstOrDefault();
        return (file.Config.Text("base_model_name_or_path"), head);
    }

    /// <summary>Adds a folder's adapter and its head, strictly. The active adapters do not change.</summary>
    /// <param name="model">The backbone. If the adapter has a head, the backbone needs one of the same size.</param>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="folder">A folder with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, or the older
    /// <c>adapter_model.bin</c>.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="notice">Receives a line about each pattern that matches no module; null to say nothing.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="ForeignConfigException">The configuration is missing, unreadable, or has an active field that is not
    /// supported.</exception>
    /// <exception cref="ForeignTensorsException">The tensors do not match the configuration and the backbone.</exception>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    public static Adapter Load(PeftModel model, string name, string folder, MethodRegistry registry, Action<string>? notice = null)
    {
        using var file = PeftFile.Open(folder);
        var type = s_types.FirstOrDefault(type => type.Name == PeftConfig.TypeOf(file.Config))
            ?? throw file.Config.Problem("peft_type", $"'{PeftConfig.TypeOf(file.Config)}' is not one of "
                + $"{string.Join(", ", s_types.Select(type => type.Name))}");
        var request = type.Request(file, model);
        foreach (var line in request.Notices)
            notice?.Invoke(line);
        return ForeignAdapters.Add(model, name, request.ToSpec(registry), file.Archive, adapter =>
        {
            var head = HeadFiles.Links(model, file.KeyOf, isExpected: file.Config.Text("task_type") == "SEQ_CLS");
            List<TensorImport> imports = [.. type.Imports(model, adapter), .. head.Select(link => link.Import)];
            TensorExchange.Import(imports, file.Archive, key => file.KeyOf(key) ?? file.KeyOf(
                key.Replace(LoraKeys.AdaptedBias, LoraKeys.Bias, StringComparison.Ordinal)));
        });
    }

    /// <summary>
    /// Writes an adapter and its head: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c> (or <c>.bin</c>). A mixture is
    /// written as its equivalent plain method.
    /// </summary>
    /// <param name="model">The backbone with the adapter.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="backbone">The backbone that users of the file should load, or null.</param>
    /// <param name="weights">The kind of file.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="AdapterExportException">PEFT cannot express the adapter; nothing is written.</exception>
    /// <exception cref="FolderNotEmptyException">The folder is not empty.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder is not writable.</exception>
    public static void Save(
        PeftModel model, string name, string folder, string? backbone = null, WeightsFile weights = WeightsFile.Safetensors)
    {
        var adapter = model.Adapters[name];
        var methods = adapter.Spec.Parts.Select(part => part.Method.Name).ToList();
        var type = s_types.FirstOrDefault(type => type.Fits(methods))
            ?? throw new AdapterExportException(
                Format, $"PEFT has no type for {adapter.Spec.Name}; it has {string.Join(", ", s_types.Select(type => type.Name))}");
        if (model.IsMerged)
            throw new AdapterExportException(Format, "an adapter is merged into the backbone; unmerge first");
        using var use = model.Adapters.Using(name);
        var config = Common(model, type, backbone);
        type.Describe(model, adapter, config);
        var head = HeadFiles.Links(model, _ => "", isExpected: false);
        IEnumerable<TensorExport> exports = [.. type.Exports(model, adapter), .. head.Select(link => link.Export)];
        var prefix = PeftFile.PrefixOf(type.IsPromptLearning);
        var tensors = TensorExchange.Export(
            exports.Select(tensor => tensor.Key == "prompt_embeddings" ? tensor : tensor with { Key = prefix + tensor.Key }));
        AtomicFolder.Write(folder, place =>
        {
            var sorted = new JsonObject(config.OrderBy(field => field.Key, StringComparer.Ordinal)
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
            File.WriteAllText(Path.Combine(place, PeftConfig.FileName), sorted.ToJsonString(Json));
            WeightsFiles.Write(place, weights, PeftFile.WeightsName, PeftFile.LegacyName, tensors);
        });
    }

    private static JsonObject Common(PeftModel model, IPeftType type, string? backbone)
    {
        var facts = (model.Backbone as IBackbone)?.Facts;
        return new JsonObject
        {
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = backbone,
            ["inference_mode"] = true,
            ["modules_to_save"] = model.HeadParameters.Any()
                ? new JsonArray([.. HeadFiles.PartsBeside(model).Prepend("score").Prepend("classifier").Select(part => (JsonNode)part)])
                : null,
            ["peft_type"] = type.Name,
            ["revision"] = null,
            ["task_type"] = facts?.Classifier is not null ? "SEQ_CLS" : facts?.IsDecoder == true ? "CAUSAL_LM" : null,
        };
    }
}
