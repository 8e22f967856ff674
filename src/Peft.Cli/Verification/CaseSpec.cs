using System.Text.Json;

namespace Peft.Cli.Verification;

/// <summary>Reads which method a case's config.json asks for.</summary>
internal static class CaseSpec
{
    public static AdapterSpec Read(CaseFolder data)
    {
        var registry = Composition.Registry();
        if (data.Fields.TryGetProperty("mode", out var mode))
            return Decoder(registry, data, mode.GetString()!);
        if (data.Fields.TryGetProperty("adamix", out var adamix))
            return AdaMix(registry, adamix);
        var peft = data.Fields.GetProperty("peft");
        var gates = peft.TryGetProperty("gates", out var gated) && gated.GetBoolean();
        var settings = new Dictionary<string, string>();
        var methods = new List<string>();
        foreach (var field in peft.EnumerateObject().Where(field => field.Name != "gates"))
            methods.Add(Read(data, field, settings));
        foreach (var method in methods.Where(_ => gates))
        {
            settings[$"{method}.gated"] = "true";
            settings[$"{method}.gatePooling"] = "all"; // the released gates average over padding too
        }

        return MethodExpression.Parse(registry, string.Join('+', methods), settings);
    }

    /// <summary>One method's settings; gives its name.</summary>
    private static string Read(CaseFolder data, JsonProperty field, Dictionary<string, string> settings)
    {
        var value = field.Value;
        switch (field.Name)
        {
            case "lora":
                settings["lora.rank"] = value.GetProperty("r").GetRawText();
                settings["lora.alpha"] = value.GetProperty("alpha").GetRawText();
                settings["lora.sites"] =
                    string.Join('+', value.GetProperty("targets").EnumerateArray().Select(target => target.GetString()));
                return "lora";
            case "adapter":
                var name = value.GetProperty("config").GetString()!;
                settings[$"{name}.reductionFactor"] = value.GetProperty("reduction_factor").GetRawText();
                settings[$"{name}.activation"] = value.GetProperty("non_linearity").GetString()!;
                return name;
            case "prefix":
                settings["prefix.length"] = value.GetProperty("length").GetRawText();
                settings["prefix.middle"] = value.GetProperty("mid_dim").GetRawText();
                return "prefix";
            case "bitfit" when value.GetProperty("subset").GetString() == "all biases":
                return "bitfit";
            default:
                throw new VerificationException(
                    data.Path, $"config.json asks for {field.Name} {value.GetRawText().ReplaceLineEndings(" ")}, which this version "
                    + "does not have.");
        }
    }

    /// <summary>
    /// The released code for GPT-2: LoRA on query and value, or one bottleneck after the feed-forward block; mixed unless the mode is
    /// lora.
    /// </summary>
    private static AdapterSpec Decoder(MethodRegistry registry, CaseFolder data, string mode)
    {
        var (lora, adapter, adamix) =
            (data.Fields.GetProperty("lora"), data.Fields.GetProperty("adapter"), data.Fields.GetProperty("adamix"));
        string[] shared = [.. Shared("share_A", "down"), .. Shared("share_B", "up")];
        var settings = new Dictionary<string, string>();
        if (mode == "adapter")
        {
            settings["houlsby.size"] = adapter.GetProperty("r").GetRawText();
            settings["houlsby.activation"] = adapter.GetProperty("act").GetString()!.Replace("_", "", StringComparison.Ordinal);
            settings["houlsby.sites"] = nameof(Site.BeforeFeedForwardDropout);
        }
        else
        {
            settings["lora.rank"] = lora.GetProperty("r").GetRawText();
            settings["lora.alpha"] = lora.GetProperty("alpha").GetRawText();
            settings["lora.sites"] =
                string.Join('+', lora.GetProperty("targets").EnumerateArray().Select(target => SiteOf(data, target.GetString()!)));
        }

        var method = mode == "adapter" ? "houlsby" : "lora";
        if (mode == "lora")
            return MethodExpression.Parse(registry, method, settings);
        settings["adamix.experts"] = adamix.GetProperty("num_experts").GetRawText();
        settings["adamix.share"] = shared.Length == 0 ? "none" : string.Join('+', shared);
        settings["adamix.consistency"] = adamix.GetProperty("consistency_weight").GetRawText();
        settings["adamix.route"] = "layer";
        return MethodExpression.Parse(registry, $"adamix({method})", settings);

        IEnumerable<string> Shared(string field, string group) => adamix.GetProperty(field).GetInt32() != 0 ? [group] : [];
    }

    private static string SiteOf(CaseFolder data, string target) => target switch
    {
        "q" => nameof(Site.Query),
        "k" => nameof(Site.Key),
        "v" => nameof(Site.Value),
        _ => throw new VerificationException(data.Path, $"config.json asks for LoRA on '{target}'; expected q, k or v."),
    };

    /// <summary>The released AdaMix adapter: one bottleneck with GELU after the feed-forward block, before its dropout.</summary>
    private static AdapterSpec AdaMix(MethodRegistry registry, JsonElement adamix)
    {
        string[] shared = [.. Shared("sharing_down", "down"), .. Shared("sharing_up", "up")];
        var settings = new Dictionary<string, string>
        {
            ["houlsby.size"] = adamix.GetProperty("adapter_size").GetRawText(),
            ["houlsby.activation"] = "gelu",
            ["houlsby.sites"] = nameof(Site.BeforeFeedForwardDropout),
            ["adamix.experts"] = adamix.GetProperty("num_experts").GetRawText(),
            ["adamix.share"] = shared.Length == 0 ? "none" : string.Join('+', shared),
            ["adamix.consistency"] = adamix.GetProperty("consistency").GetBoolean() ? "1" : "0",
        };
        return MethodExpression.Parse(registry, "adamix(houlsby)", settings);

        IEnumerable<string> Shared(string field, string group) => adamix.GetProperty(field).GetInt32() != 0 ? [group] : [];
    }
}
