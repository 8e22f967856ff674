using System.Globalization;
using System.Text.Json.Nodes;
using Peft.Models;
using Peft.Models.AdapterHub;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Interop.AdapterHub;

/// <summary>
/// The reference cases of UniPELT's released code, its adapters' tensors put into AdapterHub's files under that format's keys: read from
/// there, they give the recorded outputs.
/// </summary>
public sealed class GoldenHubTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("peft_bert_houlsby")]
    [InlineData("peft_bert_pfeiffer")]
    [InlineData("peft_bert_lora")]
    [InlineData("peft_bert_prefix")]
    [InlineData("peft_bert_unipelt_ap")]
    [InlineData("peft_bert_unipelt_apl")]
    public void Recorded_outputs(string name)
    {
        var source = SharedData.Require("golden", name);
        var all = TensorFile.Read(Path.Combine(source, "model.safetensors"));
        var adapter = all.Keys.Where(key => HubKey(key) is not null).ToDictionary(key => HubKey(key)!, key => all[key]);
        TensorFile.Write(Path.Combine(_folder["hub"], "adapter.safetensors"), adapter);
        var peft = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!["peft"]!;
        File.WriteAllText(Path.Combine(
            _folder["hub"], "adapter_config.json"),
            new JsonObject { ["name"] = "a", ["version"] = "adapters.1.2.0", ["config"] = Config(peft) }.ToJsonString());

        TensorFile.Write(Path.Combine(_folder["plain"], "model.safetensors"), all.Where(pair => HubKey(pair.Key) is null).ToDictionary());
        File.Copy(Path.Combine(source, "config.json"), Path.Combine(_folder["plain"], "config.json"));
        using var model = new PeftModel(Pretrained.Classifier(_folder["plain"]), SequenceClassifier.HeadName);
        model.Backbone.eval();
        AdapterHubFormat.Load(model, "a", _folder["hub"], Known.Registry);
        model.Adapters.Activate("a");
        var expected = TensorFile.Read(Path.Combine(source, "expected.safetensors"));
        Tensor Long(string key) => expected[key].to_type(ScalarType.Int64);
        using var frozen = no_grad();
        var logits = model.Run(
            () => ((SequenceClassifier)model.Backbone).call(
            new EncoderInputs(Long("input.input_ids"), Long("input.attention_mask"), Long("input.token_type_ids"))));
        TensorFile.AssertClose(expected["output.train_logits"], logits, 1e-5);
    }

    /// <summary>AdapterHub's key of a tensor of UniPELT's code; null for the backbone's.</summary>
    private static string? HubKey(string key)
    {
        (string From, string To)[] names =
        [
            ("bert.encoder.prefix_enc_embed.weight", "bert.prefix_tuning.prefix_tunings.a.self_prefix.wte.weight"),
            ("bert.encoder.prefix_embed_MLP.", "bert.prefix_tuning.prefix_tunings.a.self_prefix.control_trans."),
            (".self.prefix_gate.", ".self.prefix_tuning.prefix_gates.a."), (".lora_gate.", ".loras.a.gate."),
                (".lora_A", ".loras.a.lora_A"), (".lora_B", ".loras.a.lora_B"),
            (".adapters.a.", ".adapters.a."),
        ];
        return names.Where(pair => key.Contains(pair.From, StringComparison.Ordinal))
            .Select(pair => key.Replace(pair.From, pair.To, StringComparison.Ordinal)).FirstOrDefault();
    }

    private static JsonObject Config(JsonObject peft)
    {
        var gated = peft["gates"]?.GetValue<bool>() ?? false;
        var parts = new JsonArray();
        if (peft["prefix"] is { } prefix)
            parts.Add(new JsonObject {
                ["architecture"] = "prefix_tuning", ["prefix_length"] = prefix["length"]!.DeepClone(),
                ["bottleneck_size"] = prefix["mid_dim"]!.DeepClone(), ["use_gating"] = gated });
        if (peft["adapter"] is { } adapter)
        {
            var houlsby = adapter["config"]!.GetValue<string>() == "houlsby";
            parts.Add(new JsonObject
            {
                ["mh_adapter"] = houlsby, ["output_adapter"] = true, ["original_ln_before"] = !houlsby,
                    ["non_linearity"] = adapter["non_linearity"]!.DeepClone(),
                ["reduction_factor"] = adapter["reduction_factor"]!.DeepClone(), ["use_gating"] = gated,
            });
        }

        if (peft["lora"] is { } lora)
        {
            parts.Add(new JsonObject
            {
                ["architecture"] = "lora", ["r"] = lora["r"]!.DeepClone(), ["alpha"] = lora["alpha"]!.DeepClone(), ["use_gating"] = gated,
                ["attn_matrices"] = new JsonArray(
                    [.. lora["targets"]!.AsArray()
                    .Select(target => JsonValue.Create(target!.GetValue<string>()[..1].ToLower(CultureInfo.InvariantCulture)))]),
            });
        }

        return parts.Count == 1 ? (JsonObject)parts[0]!.DeepClone() : new JsonObject { ["architecture"] = "union", ["configs"] = parts };
    }
}
