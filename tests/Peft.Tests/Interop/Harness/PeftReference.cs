using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Peft.Models;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Tests.Interop;

/// <summary>
/// What PEFT makes of its own files, computed from the files alone: the plain backbone's tensors, in Hugging Face's layout, with the
/// adapter folded in by the published formulas. Knows nothing of how this library maps them.
/// </summary>
internal static class PeftReference
{
    private const string Tuner = "base_model.model.";

    /// <summary>A copy of a model with the adapter of a folder folded into its weights.</summary>
    public static PeftModel Merged(PeftModel plain, string name, string adapter, TemporaryFolder place)
    {
        var (before, after) = (place[Guid.NewGuid().ToString("N")], place[Guid.NewGuid().ToString("N")]);
        WritePlain(plain, before);
        var weights = TensorFile.Read(before);
        Fold(weights, TensorFile.Read(Path.Combine(adapter, "adapter_model.safetensors")),
            (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(adapter, "adapter_config.json")))!);
        TensorFile.Write(Path.Combine(after, "model.safetensors"), weights);
        var merged = Tiny.Model(name, seed: 99);
        using var file = CheckpointFolder.Open(after);
        using var archive = name.StartsWith("gpt2", StringComparison.Ordinal) ? new Conv1DArchive(file) : file;
        CheckpointLoader.Load(merged.Backbone, archive, LoadRules.Strict);
        return merged;
    }

    private static void WritePlain(PeftModel model, string folder)
    {
        var source = folder + "-config";
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "config.json"), "{}");
        CheckpointWriter.Write(model.Backbone, source, folder);
    }

    private static void Fold(Dictionary<string, Tensor> weights, Dictionary<string, Tensor> adapter, JsonObject config)
    {
        // Values that replace the backbone's own come first; what scales or adds acts on them.
        foreach (var (key, value) in adapter)
        {
            var plain = key[Tuner.Length..].Replace(".base_layer.", ".", StringComparison.Ordinal)
                .Replace(".ln_tuning_layers.", ".", StringComparison.Ordinal);
            if (weights.ContainsKey(plain))
                weights[plain] = value;
        }

        foreach (var module in adapter.Keys.Where(key => key.EndsWith(".lora_A.weight", StringComparison.Ordinal))
            .Select(key => key[Tuner.Length..^".lora_A.weight".Length]).ToList())
        {
            var (a, b) = (adapter[$"{Tuner}{module}.lora_A.weight"], adapter[$"{Tuner}{module}.lora_B.weight"]);
            var rank = (int)Pattern(config, "rank_pattern", module, config["r"]!.GetValue<double>());
            Assert.Equal(rank, a.shape[0]);
            var alpha = Pattern(config, "alpha_pattern", module, config["lora_alpha"]!.GetValue<double>());
            var scale = config["use_rslora"]!.GetValue<bool>() ? alpha / Math.Sqrt(rank) : alpha / rank;
            Change(weights, module, weight =>
            {
                var updated = weight + scale * b.matmul(a);
                return adapter.TryGetValue($"{Tuner}{module}.lora_magnitude_vector", out var magnitude)
                    ? (magnitude / updated.norm(1)).unsqueeze(1) * updated
                    : updated;
            });
        }

        foreach (var (key, factors) in adapter.Where(pair => pair.Key.EndsWith(".ia3_l", StringComparison.Ordinal)))
        {
            var module = key[Tuner.Length..^".ia3_l".Length];
            Change(weights, module, weight => weight * factors);
            if (factors.shape[1] == 1)
                weights[module + ".bias"] = weights[module + ".bias"] * factors.squeeze(1);
        }
    }

    /// <summary>Changes a weight in the layout [out, in]; GPT-2's matrices are stored the other way round.</summary>
    private static void Change(Dictionary<string, Tensor> weights, string module, Func<Tensor, Tensor> change)
    {
        var key = module + ".weight";
        var transposed = Regex.IsMatch(module, @"\.(c_attn|c_proj|c_fc)$");
        weights[key] = transposed ? change(weights[key].t()).t().contiguous() : change(weights[key]);
    }

    private static double Pattern(JsonObject config, string field, string module, double otherwise)
    {
        foreach (var (pattern, value) in (JsonObject)config[field]!)
        {
            if (Regex.IsMatch(module, $@"^(.*\.)?({pattern})$"))
                return value!.GetValue<double>();
        }

        return otherwise;
    }
}
