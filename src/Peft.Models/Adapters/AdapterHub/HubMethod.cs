using Peft.Data;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Peft.Models.AdapterHub;

/// <summary>The method and settings that an AdapterHub configuration describes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Settings">Values by option.</param>
internal sealed record HubMethod(string Method, Dictionary<string, string> Settings)
{
    /// <summary>Fields of every architecture that do not affect the computation.</summary>
    private static readonly string[] s_inert =
        ["architecture", "init_weights", "init_weights_seed", "leave_out", "cross_adapter", "cross_prefix", "dtype"];

    /// <summary>Reads the methods of a configuration; several for a union.</summary>
    /// <param name="config">The part named <c>config</c>.</param>
    /// <param name="version">The version of the library that wrote it, or null.</param>
    public static IReadOnlyList<HubMethod> FromConfig(ConfigObject config, Version? version) => config.Text("architecture") switch
    {
        null or "bottleneck" => [HubBottleneck.Read(config).In(config)],
        "lora" => [Lora(config, version).In(config)],
        "prefix_tuning" => [Prefix(config)],
        "union" => [.. config.Inners("configs").SelectMany(inner => FromConfig(inner, version))],
        var other => throw config.Problem("architecture", $"'{Excerpt.Cut(other)}' is not supported here; expected bottleneck (null), "
            + "lora, "
            + "prefix_tuning or union"),
    };

    public static void Check(ConfigObject config, params IEnumerable<string> known) => config.CheckOthers(known.Concat(s_inert));

    public static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Restricts the method to the layers that the configuration does not exclude.</summary>
    private HubMethod In(ConfigObject config)
    {
        if (config.Node("leave_out") is JsonArray { Count: > 0 } left)
            Settings["leaveOut"] = string.Join('+', left.Select(layer => layer?.ToJsonString()));
        return this;
    }

    /// <summary>LoRA or (IA)^3. AdapterHub treats (IA)^3 as a LoRA that multiplies.</summary>
    private static HubMethod Lora(ConfigObject config, Version? version)
    {
        Check(config, "selfattn_lora", "intermediate_lora", "output_lora", "r", "alpha", "dropout", "attn_matrices", "composition_mode",
            "use_gating");
        var sites = Sites(config);
        var (rank, alpha, gated) = (config.Whole("r", 8), config.Number("alpha", 8), config.Flag("use_gating"));
        switch (config.Text("composition_mode") ?? "add")
        {
            case "add":
                // Before 1.1, the library's forward pass omitted the scale, so it was 1 for any alpha.
                var effective = version is { } old && old < new Version(1, 1) ? rank : alpha;
                return new HubMethod("lora", new()
                {
                    ["sites"] = sites, ["rank"] = Text(rank), ["alpha"] = Text(effective), ["dropout"] = Text(config.Number("dropout", 0)),
                        ["gated"] = gated.ToString(), ["gatePooling"] = "all",
                });
            case "scale" when rank != 1 || alpha != 1 || gated || config.Number("dropout", 0) > 0:
                throw config.Problem("composition_mode", "'scale' is supported with r and alpha 1, without gate and dropout");
            case "scale" when config.Flag("output_lora"):
                throw config.Problem("output_lora", "with composition_mode 'scale' multiplies outputs of the second feed-forward map, "
                    + "where this library's (IA)^3 multiplies inputs");
            case "scale":
                return new HubMethod("ia3", new() { ["sites"] = sites });
            case var other:
                throw config.Problem("composition_mode", $"expected add or scale, found '{other}'");
        }
    }

    private static string Sites(ConfigObject config)
    {
        var sites = new List<Site>();
        if (config.Flag("selfattn_lora", fallback: true))
        {
            sites.AddRange((config.Node("attn_matrices") is null ? ["q", "v"] : config.Texts("attn_matrices"))
                .Select(matrix => matrix switch
            {
                "q" => Site.Query,
                "k" => Site.Key,
                "v" => Site.Value,
                _ => throw config.Problem("attn_matrices", $"expected q, k or v, found '{matrix}'"),
            }));
        }

        if (config.Flag("intermediate_lora"))
            sites.Add(Site.FeedForwardUp);
        if (config.Flag("output_lora"))
            sites.Add(Site.FeedForwardDown);
        return sites.Count > 0 ? string.Join('+', sites) : throw config.Problem(
            "selfattn_lora", "neither it nor intermediate_lora nor output_lora is on: there would be no LoRA");
    }

    private static HubMethod Prefix(ConfigObject config)
    {
        Check(config, "encoder_prefix", "flat", "prefix_length", "bottleneck_size", "non_linearity", "use_gating", "shared_gating");
        if (!config.Flag("encoder_prefix", fallback: true))
            throw config.Problem("encoder_prefix", "is off, and there is no other place for a prefix in an encoder or decoder alone");
        var (flat, gated) = (config.Flag("flat"), config.Flag("use_gating"));
        if (!flat && config.Text("non_linearity") is not (null or "tanh") and var other)
            throw config.Problem("non_linearity", $"expected tanh, found '{other}'");
        if (gated && !config.Flag("shared_gating", fallback: true))
            throw config.Problem("shared_gating", "is off: gates of keys and values apart are not supported here");
        if (config.Node("leave_out") is JsonArray { Count: > 0 })
            throw config.Problem("leave_out", "prefixes in some layers alone are not supported here");
        return new HubMethod("prefix", new()
        {
            ["length"] = Text(config.Whole("prefix_length", 30)), ["middle"] = flat
                ? "0" : Text(config.Whole("bottleneck_size", 512)), ["gated"] = gated.ToString(), ["gatePooling"] = "all",
        });
    }
}
