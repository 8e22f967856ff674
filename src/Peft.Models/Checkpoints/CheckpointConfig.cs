using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>The <c>config.json</c> of a written checkpoint: the source's, with updated fields.</summary>
internal static class CheckpointConfig
{
    private const string MultiLabel = "multi_label_classification";

    public static JsonSerializerOptions Json { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Create(nn.Module model, string source, string folder, DType dtype, IReadOnlyList<string>? names = null,
        ITokenizer? tokenizer = null, bool isMultiLabel = false)
    {
        var config = Read(source);
        var facts = (model as IBackbone)?.Facts ?? throw new CheckpointExportException(
            folder, $"a {model.GetName()} is no model of Hugging Face's; expected a classifier or language model of this library, or a "
                + $"backbone with {nameof(IBackbone)}.{nameof(IBackbone.Facts)}");
        config["architectures"] = new JsonArray(facts.Architecture);
        config["torch_dtype"] = dtype switch { DType.F16 => "float16", DType.BF16 => "bfloat16", _ => "float32" };
        config.Remove("dtype"); // the newer name of torch_dtype, which would contradict it
        if (model is IExtendedVocabulary { Added: not null })
            config["vocab_size"] = ((IBackbone)model).VocabularySize;
        if (tokenizer is not null)
            config["pad_token_id"] = tokenizer.PadId;
        if (facts.Classifier is { Outputs: var labels })
            SetLabels(config, labels, names, isMultiLabel);
        return config;
    }

    /// <summary>Writes the given names of labels. Without names, keeps the source's if their number is unchanged.</summary>
    private static void SetLabels(JsonObject config, int labels, IReadOnlyList<string>? given, bool isMultiLabel)
    {
        config["num_labels"] = labels;
        if (given?.Count != labels)
            given = null;
        var keepsSource = given is null && config["id2label"] is JsonObject names && names.Count == labels;
        if (isMultiLabel)
            config["problem_type"] = MultiLabel;
        else if (!(keepsSource && (string?)config["problem_type"] == MultiLabel))
            config["problem_type"] = labels == 1 ? "regression" : "single_label_classification";
        if (keepsSource)
            return;
        var (byId, byLabel) = (new JsonObject(), new JsonObject());
        for (var label = 0; label < labels; label++)
        {
            var id = label.ToString(CultureInfo.InvariantCulture);
            var name = given?[label] ?? "LABEL_" + id;
            byId[id] = name;
            byLabel[name] = label;
        }

        config["id2label"] = byId;
        config["label2id"] = byLabel;
    }

    private static JsonObject Read(string source) => ConfigFile.Read(source, fields => fields.Whole());
}
