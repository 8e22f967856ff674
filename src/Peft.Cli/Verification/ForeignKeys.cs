using System.Globalization;
using System.Text.RegularExpressions;

namespace Peft.Cli.Verification;

/// <summary>Where a checkpoint of a released code keeps one of our adapter's tensors.</summary>
/// <param name="Name">The released name.</param>
/// <param name="Part">Which part of its rows, from 0, where one tensor holds those of all layers; null for the whole.</param>
/// <param name="IsDelta">Whether ours is a change beside the checkpoint's tensor: it starts at 0, and the gradients are the same.</param>
internal sealed record ForeignTensor(string Name, int? Part = null, bool IsDelta = false);

/// <summary>How the released codes name the tensors of their adapters, and what they are called here.</summary>
internal static partial class ForeignKeys
{
    private const string Encoder = "bert.encoder";

    /// <summary>Whether a checkpoint key belongs to an adapter rather than to the backbone.</summary>
    public static bool IsAdapter(string key) =>
        key.Contains(".ExpertSoup.", StringComparison.Ordinal)
        || key.Contains(".adapters.", StringComparison.Ordinal)
        || key.Contains(".lora_", StringComparison.Ordinal)
        || key.Contains(".experts_lora_", StringComparison.Ordinal)
        || key.Contains(".prefix_", StringComparison.Ordinal);

    /// <summary>The released place of one of our adapter tensors.</summary>
    /// <param name="key">Our key, with the expert's number where there are several.</param>
    /// <param name="adapter">The name the checkpoint gives its adapter; not used for mixtures and LoRA.</param>
    /// <param name="isMixture">Whether the checkpoint holds experts.</param>
    public static ForeignTensor Foreign(string key, string adapter, bool isMixture)
    {
        var match = Key().Match(key);
        if (!match.Success)
            throw new InvalidOperationException($"no released code has a name for {key}");
        var (path, site, name) = (match.Groups["path"].Value, match.Groups["site"].Value, match.Groups["name"].Value);
        var kind = name.EndsWith("Bias", StringComparison.Ordinal) ? "bias" : "weight";
        return name switch
        {
            "A" or "B" when Fused().Match(path) is { Success: true } fused =>
                new ForeignTensor(
                    $"{fused.Groups["attn"].Value}.c_attn.{(isMixture ? "experts_" : "")}lora_{name}"
                        + (isMixture ? "." + Expert(match) : ""),
                    fused.Groups["part"].Value == "query" ? 0 : 1),
            "A" or "B" => new ForeignTensor($"{path}.lora_{name}"),
            "BiasDelta" => new ForeignTensor($"{path}.bias", IsDelta: true),
            "Input" => new ForeignTensor($"{Encoder}.prefix_enc_embed.weight"),
            "FirstWeight" or "FirstBias" => new ForeignTensor($"{Encoder}.prefix_embed_MLP.0.{kind}"),
            "SecondWeight" or "SecondBias" => new ForeignTensor($"{Encoder}.prefix_embed_MLP.2.{kind}", LayerOf(path)),
            "GateWeight" or "GateBias" when site == "attention" => new ForeignTensor($"{path}.prefix_gate.{kind}"),
            "GateWeight" or "GateBias" when site.Length == 0 => new ForeignTensor($"{path}.lora_gate.{kind}"),
            "GateWeight" or "GateBias" => new ForeignTensor($"{path}.adapters.{adapter}.gate.{kind}"),
            _ => Bottleneck(path, site, name.StartsWith("Down", StringComparison.Ordinal), kind, match.Groups["expert"], adapter),
        };
    }

    /// <summary>The name a checkpoint gives its bottleneck adapter: the part after "adapters".</summary>
    public static string AdapterName(IEnumerable<string> keys) =>
        keys.Select(key => AdapterPart().Match(key)).FirstOrDefault(match => match.Success)?.Groups["name"].Value ?? "";

    private static ForeignTensor Bottleneck(string path, string site, bool isDown, string kind, Group expert, string adapter) => new(
        site == "beforeFeedForwardDropout"
            ? $"{path}{(IsDecoder(path) ? ".mlp" : "")}.ExpertSoup.MoA_{(isDown ? "A" : "B")}"
                + $".deepspeed_experts.{(expert.Success ? expert.Value : "0")}.{kind}"
            : $"{path}.adapters.{adapter}.{(isDown ? "adapter_down.0" : "adapter_up")}.{kind}");

    private static string Expert(Match match) => match.Groups["expert"] is { Success: true } expert ? expert.Value : "0";

    private static bool IsDecoder(string path) => path.StartsWith("transformer.h.", StringComparison.Ordinal);

    private static int LayerOf(string path) => int.Parse(LayerPart().Match(path).Groups["layer"].ValueSpan, CultureInfo.InvariantCulture);

    /// <summary>Module, site where it is no module of its own, method where there are several, tensor, expert.</summary>
    [GeneratedRegex(
        @"^(?<path>.+?)(\.(?<site>afterAttention|afterFeedForward|beforeFeedForwardDropout|attention))?"
        + @"(\.(lora|prefix|pfeiffer|houlsby|bitfit-linear|bitfit-norm))?\.(?<name>[A-Z]\w*)(\.(?<expert>\d+))?$")]
    private static partial Regex Key();

    /// <summary>GPT-2's query and value, which lie one above the other in one tensor.</summary>
    [GeneratedRegex(@"^(?<attn>transformer\.h\.\d+\.attn)\.(?<part>query|value)$")]
    private static partial Regex Fused();

    [GeneratedRegex(@"\.layer\.(?<layer>\d+)\.")]
    private static partial Regex LayerPart();

    [GeneratedRegex(@"\.adapters\.(?<name>[^.]+)\.(adapter_|gate)")]
    private static partial Regex AdapterPart();
}
