using System.Text.RegularExpressions;

namespace Peft.Cli.Verification;

/// <summary>How the released codes name the tensors of their adapters, and what they are called here.</summary>
internal static partial class ForeignKeys
{
    /// <summary>Whether a checkpoint key belongs to an adapter rather than to the backbone.</summary>
    public static bool IsAdapter(string key) =>
        key.Contains(".ExpertSoup.", StringComparison.Ordinal)
        || key.Contains(".adapters.", StringComparison.Ordinal)
        || key.Contains(".lora_", StringComparison.Ordinal);

    /// <summary>The released name of one of our adapter tensors.</summary>
    /// <param name="key">Our key, with the expert's number where there are several.</param>
    /// <param name="adapter">The name the checkpoint gives its adapter; not used for mixtures and LoRA.</param>
    public static string Foreign(string key, string adapter)
    {
        if (LoraKey().Match(key) is { Success: true } lora)
            return $"{lora.Groups["path"].Value}.lora_{lora.Groups["matrix"].Value}";
        var match = BottleneckKey().Match(key);
        if (!match.Success)
            throw new InvalidOperationException($"no released code has a name for {key}");
        var (path, site, part, kind) =
            (match.Groups["path"].Value, match.Groups["site"].Value, match.Groups["part"].Value, match.Groups["kind"].Value.ToLowerInvariant());
        if (site == "beforeFeedForwardDropout")
        {
            var expert = match.Groups["expert"].Success ? match.Groups["expert"].Value : "0";
            return $"{path}.ExpertSoup.MoA_{(part == "Down" ? "A" : "B")}.deepspeed_experts.{expert}.{kind}";
        }

        return $"{path}.adapters.{adapter}.{(part == "Down" ? "adapter_down.0" : "adapter_up")}.{kind}";
    }

    /// <summary>The name a checkpoint gives its bottleneck adapter: the part after "adapters".</summary>
    public static string AdapterName(IEnumerable<string> keys) =>
        keys.Select(key => AdapterPart().Match(key)).FirstOrDefault(match => match.Success)?.Groups["name"].Value ?? "";

    [GeneratedRegex(@"^(?<path>.+\.(query|key|value|dense))\.(?<matrix>[AB])$")]
    private static partial Regex LoraKey();

    [GeneratedRegex(
        @"^(?<path>.+)\.(?<site>afterAttention|afterFeedForward|beforeFeedForwardDropout)\.(?<part>Down|Up)(?<kind>Weight|Bias)(\.(?<expert>\d+))?$")]
    private static partial Regex BottleneckKey();

    [GeneratedRegex(@"\.adapters\.(?<name>[^.]+)\.adapter_")]
    private static partial Regex AdapterPart();
}
