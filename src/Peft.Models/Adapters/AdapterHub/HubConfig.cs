using System.Text.Json.Nodes;

namespace Peft.Models.AdapterHub;

/// <summary>Creates the configuration from which AdapterHub's library builds an adapter of this library.</summary>
internal static class HubConfig
{
    public static JsonObject Write(Adapter adapter, int hidden, int layers)
    {
        var parts = adapter.Spec.Parts.Select(
            part => Part(part, AdapterTensor.All(adapter).Where(tensor => tensor.Method == part.Method.Name).ToList(), hidden, layers))
            .ToList();
        return parts.Count == 1 ? parts[0] : new JsonObject { ["architecture"] = "union", ["configs"] = new JsonArray([.. parts]) };
    }

    private static JsonObject Part(MethodPart part, IReadOnlyList<AdapterTensor> tensors, int hidden, int layers)
    {
        if (tensors.Any(tensor => tensor.Options.TryGetValue("gated", out var gated) && (bool)gated
            && (TokenPooling)tensor.Options["gatePooling"] != TokenPooling.All))
            throw Refused($"{part.Method.Name}.gatePooling is real, and the gates there average over padding too; it would have to be all");
        return part.Method.Name switch
        {
            HubBottleneck.Houlsby when !One<bool>(tensors, "biases") =>
                throw Refused("houlsby.biases is false, and adapters have biases there"),
            HubBottleneck.Houlsby => Bottleneck(tensors, hidden, layers, normFirst: false, isParallel: false),
            HubBottleneck.Pfeiffer => Bottleneck(tensors, hidden, layers, normFirst: true, isParallel: false),
            HubBottleneck.Parallel => Bottleneck(tensors, hidden, layers, normFirst: false, isParallel: true),
            "lora" => LowRank(tensors, layers),
            "ia3" => Factors(tensors, layers),
            "prefix" => Prefix(tensors, layers),
            var other => throw Refused($"there is no counterpart of {other}"),
        };
    }

    private static JsonObject Bottleneck(IReadOnlyList<AdapterTensor> tensors, int hidden, int layers, bool normFirst, bool isParallel)
    {
        var sites = tensors.Select(tensor => tensor.Site).ToHashSet();
        var scaling = !isParallel
            ? JsonValue.Create(1.0)
            : One<bool>(tensors, "learnedScale") ? JsonValue.Create("learned") : JsonValue.Create(One<double>(tensors, "scale"));
        if (isParallel && One<bool>(tensors, "learnedScale") && One<double>(tensors, "scale") != 1)
            throw Refused("parallel.scale is not 1 beside a learned scale, and there is one of them there");
        return new JsonObject
        {
            ["mh_adapter"] = sites.Contains(Site.AfterAttention), ["output_adapter"] = sites.Contains(Site.AfterFeedForward),
            ["reduction_factor"] = Reduction(tensors, hidden),
                ["non_linearity"] = HubBottleneck.NameOf(One<Activation>(tensors, "activation")),
            ["original_ln_before"] = normFirst, ["original_ln_after"] = true, ["ln_before"] = false, ["ln_after"] = false,
                ["init_weights"] = isParallel ? "mam_adapter" : "bert",
            ["is_parallel"] = isParallel, ["scaling"] = scaling, ["use_gating"] = normFirst
                && One<bool>(tensors, "gated"), ["residual_before_ln"] = true,
            ["adapter_residual_before_ln"] = false, ["inv_adapter"] = null, ["inv_adapter_reduction_factor"] = null,
                ["cross_adapter"] = false,
            ["leave_out"] = LeftOut(tensors, layers), ["dropout"] = 0.0, ["phm_layer"] = false,
        };
    }

    private static JsonObject LowRank(IReadOnlyList<AdapterTensor> tensors, int layers)
    {
        if (One<bool>(tensors, "dora"))
            throw Refused("lora.dora has no counterpart");
        var (rank, alpha) = (One<int>(tensors, "rank"), One<double>(tensors, "alpha"));
        return Sites(tensors, layers, rank, One<bool>(tensors, "rankStabilized")
            ? alpha * Math.Sqrt(rank) : alpha, "add", One<double>(tensors, "dropout"), One<bool>(tensors, "gated"));
    }

    private static JsonObject Factors(IReadOnlyList<AdapterTensor> tensors, int layers) =>
        Sites(tensors, layers, 1, 1, "scale", 0, gated: false);

    private static JsonObject Sites(
        IReadOnlyList<AdapterTensor> tensors, int layers, int rank, double alpha, string mode, double dropout, bool gated)
    {
        var sites = tensors.Select(tensor => tensor.Site).ToHashSet();
        if (sites.Except([Site.Query, Site.Key, Site.Value, Site.FeedForwardUp, Site.FeedForwardDown]).ToList() is { Count: > 0 } others)
            throw Refused($"there is no LoRA at {string.Join(", ", others)}; it has query, key, value and the feed-forward maps");
        var matrices = ((Site Site, string Name)[])[(Site.Query, "q"), (Site.Key, "k"), (Site.Value, "v")];
        return new JsonObject
        {
            ["architecture"] = "lora", ["selfattn_lora"] = matrices.Any(pair => sites.Contains(pair.Site)),
                ["intermediate_lora"] = sites.Contains(Site.FeedForwardUp),
            ["output_lora"] = sites.Contains(Site.FeedForwardDown), ["leave_out"] = LeftOut(tensors, layers), ["r"] = rank,
                ["alpha"] = alpha, ["dropout"] = dropout,
            ["attn_matrices"] = new JsonArray(
                [.. matrices.Where(pair => sites.Contains(pair.Site)).Select(pair => JsonValue.Create(pair.Name))]),
                ["composition_mode"] = mode,
            ["init_weights"] = mode == "add" ? "lora" : "ia3", ["use_gating"] = gated, ["dtype"] = null,
        };
    }

    private static JsonObject Prefix(IReadOnlyList<AdapterTensor> tensors, int layers)
    {
        if (One<bool>(tensors, "shiftPositions"))
            throw Refused("prefix.shiftPositions is on, and real tokens keep their positions there");
        if (LeftOut(tensors, layers).Count > 0)
            throw Refused("the prefix is not in every layer");
        var middle = One<int>(tensors, "middle");
        return new JsonObject
        {
            ["architecture"] = "prefix_tuning", ["encoder_prefix"] = true, ["cross_prefix"] = true, ["leave_out"] = new JsonArray(),
                ["flat"] = middle == 0,
            ["prefix_length"] = One<int>(tensors, "length"), ["bottleneck_size"] = middle == 0
                ? 512 : middle, ["non_linearity"] = "tanh", ["dropout"] = 0.0,
            ["use_gating"] = One<bool>(tensors, "gated"), ["shared_gating"] = true,
        };
    }

    /// <summary>
    /// Hidden size divided by width. If the division is not exact, a factor that gives the width after the library rounds down.
    /// </summary>
    private static JsonNode Reduction(IReadOnlyList<AdapterTensor> tensors, int hidden)
    {
        double Factor(AdapterTensor down) => hidden % down.Shape[0] == 0 ? hidden / down.Shape[0] : hidden / (down.Shape[0] + 0.5);
        var widths = tensors.Where(tensor => tensor.Name == "DownWeight").GroupBy(tensor => tensor.Layer)
            .ToDictionary(group => group.Key, group => group.Select(Factor).Distinct().ToList());
        if (widths.Values.FirstOrDefault(factors => factors.Count > 1) is not null)
            throw Refused("a layer has adapters of two widths, and there is one width for a layer there");
        if (widths.Values.Select(factors => factors[0]).Distinct().Count() == 1)
            return Number(widths.Values.First()[0]);
        var map = new JsonObject();
        foreach (var (layer, factors) in widths)
            map[layer.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Number(factors[0]);
        return map;
    }

    private static JsonArray LeftOut(IReadOnlyList<AdapterTensor> tensors, int layers)
    {
        var used = tensors.Where(tensor => !tensor.IsShared).GroupBy(tensor => tensor.Site)
            .Select(group => group.Select(tensor => tensor.Layer).ToHashSet()).ToList();
        if (used.Exists(set => !set.SetEquals(used[0])))
            throw Refused("sites are adapted in different layers, and there are the same layers for all of them there");
        return [.. Enumerable.Range(0, layers).Except(used[0]).Select(layer => JsonValue.Create(layer))];
    }

    private static T One<T>(IReadOnlyList<AdapterTensor> tensors, string option)
    {
        var values = tensors.Select(tensor => (T)tensor.Options[option]).Distinct().ToList();
        return values.Count == 1 ? values[0] : throw Refused($"{tensors[0].Method}.{option} differs among modules "
            + $"({string.Join(", ", values)}), and there is one for all there");
    }

    private static JsonNode Number(double value) => value == Math.Floor(value) ? JsonValue.Create((long)value) : JsonValue.Create(value);

    private static AdapterExportException Refused(string problem) => new(AdapterHubFormat.Format, problem);
}
