using Peft.Data;

namespace Peft.Models.AdapterHub;

/// <summary>Maps AdapterHub's configurations to this library's bottleneck adapters.</summary>
internal static class HubBottleneck
{
    public const string Houlsby = "houlsby";
    public const string Pfeiffer = "pfeiffer";
    public const string Parallel = "parallel";

    /// <summary>Activation functions by AdapterHub's names.</summary>
    private static readonly (string Name, Activation Activation)[] s_functions =
    [
        ("relu", Activation.Relu), ("gelu", Activation.Gelu), ("gelu_new", Activation.GeluNew), ("swish", Activation.Swish),
        ("silu", Activation.Swish), ("tanh", Activation.Tanh),
    ];

    /// <summary>Fields that matter only if an unsupported field is active, and the size of invertible adapters.</summary>
    private static readonly string[] s_dependent =
    [
        "phm_dim", "phm_rank", "phm_bias", "phm_init_range", "phm_c_init", "shared_phm_rule", "factorized_phm_rule", "factorized_phm_W",
        "shared_W_phm", "learn_phm",
        "hypercomplex_nonlinearity", "adapter_residual_before_ln", "inv_adapter_reduction_factor",
    ];

    public static string NameOf(Activation activation) => s_functions.FirstOrDefault(pair => pair.Activation == activation).Name
        ?? throw new AdapterExportException(AdapterHubFormat.Format, $"there is no name for the function {activation}; it has "
            + $"{string.Join(", ", s_functions.Select(pair => pair.Name))}");

    /// <summary>The method and its settings without widths, which follow from the tensors' shapes.</summary>
    public static HubMethod Read(ConfigObject config)
    {
        HubMethod.Check(
            config,
            [
                "mh_adapter", "output_adapter", "reduction_factor", "non_linearity", "original_ln_before", "original_ln_after",
                "is_parallel", "scaling", "use_gating",
                "residual_before_ln", .. s_dependent,
            ]);
        var (attention, output, gated) =
            (config.Flag("mh_adapter"), config.Flag("output_adapter", fallback: true), config.Flag("use_gating"));
        var settings = new Dictionary<string, string> { ["activation"] = FunctionOf(config) };
        if (!config.Flag("original_ln_after", fallback: true))
            throw config.Problem("original_ln_after", "is off: adapters behind the backbone's norm are not supported here");
        if (config.Flag("is_parallel"))
        {
            Expect(config, "mh_adapter", !attention && output, "a parallel adapter stands beside the feed-forward block alone");
            Expect(config, "use_gating", !gated, "a parallel adapter has no gate here");
            var learned = config.Node("scaling") is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<string>(out _);
            Expect(config, "scaling", !learned || config.Text("scaling") == "learned", "expected a number or 'learned'");
            settings["learnedScale"] = learned.ToString();
            settings["scale"] = learned ? "1" : HubMethod.Text(config.Number("scaling", 1));
            return new HubMethod(Parallel, settings);
        }

        Expect(config, "scaling", config.Node("scaling") is not { } scaling
            || scaling.ToJsonString() is "1" or "1.0", "a sequential adapter is not scaled here; expected 1");
        if (config.Flag("original_ln_before"))
        {
            Expect(config, "mh_adapter", !attention
                && output, "an adapter behind the backbone's norm (original_ln_before) stands after the feed-forward block alone here");
            Expect(config, "residual_before_ln", config.Node("residual_before_ln")?.ToJsonString() is null or "true",
                "the residual is taken before the norm here; expected true");
            settings["gated"] = gated.ToString();
            settings["gatePooling"] = "all";
            return new HubMethod(Pfeiffer, settings);
        }

        Expect(config, "use_gating", !gated, "an adapter without original_ln_before has no gate here");
        Expect(config, "output_adapter", attention || output, "neither it nor mh_adapter is on: there would be no adapter");
        settings["sites"] = string.Join(
            '+', (Site[])[.. attention
            ? [Site.AfterAttention] : Array.Empty<Site>(), .. output ? [Site.AfterFeedForward] : Array.Empty<Site>()]);
        return new HubMethod(Houlsby, settings);
    }

    private static string FunctionOf(ConfigObject config)
    {
        var name = config.Text("non_linearity") ?? throw config.Problem("non_linearity", "is missing");
        return s_functions.Any(pair => pair.Name == name)
            ? s_functions.First(pair => pair.Name == name).Activation.ToString()
            : throw config.Problem("non_linearity", $"'{Excerpt.Cut(name)}' is not supported here; expected one of "
                + $"{string.Join(", ", s_functions.Select(pair => pair.Name))}");
    }

    private static void Expect(ConfigObject config, string field, bool holds, string problem)
    {
        if (!holds)
            throw config.Problem(field, problem);
    }
}
