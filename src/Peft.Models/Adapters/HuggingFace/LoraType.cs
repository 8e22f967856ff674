using Peft.Data;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Peft.Models.HuggingFace;

/// <summary>LORA: low-rank updates of linear maps, with DoRA's magnitudes and trained biases.</summary>
internal sealed class LoraType : IPeftType
{
    private const string Method = "lora";
    private const string LinearBias = "bitfit-linear";
    private const string NormBias = "bitfit-norm";

    /// <summary>Initialisations that do not change the backbone's weights and have no effect after training.</summary>
    private static readonly string[] s_harmlessStarts = ["gaussian", "eva", "orthogonal"];

    public string Name => "LORA";

    public bool IsPromptLearning => false;

    public bool Fits(IReadOnlyCollection<string> methods) =>
        methods.Contains(Method) && methods.All(method => method is Method or LinearBias or NormBias);

    public MethodRequest Request(PeftFile file, PeftModel model)
    {
        var config = file.Config;
        Check(config);
        var modules = new BackboneModules(model);
        var foreign = file.Keys.Where(key => key.EndsWith(LoraKeys.A, StringComparison.Ordinal)).Select(key => key[..^LoraKeys.A.Length])
            .ToList();
        var chosen = foreign.SelectMany(modules.Maps).ToList();
        if (chosen.Count == 0)
            throw new ForeignTensorsException(file.Archive.Path, [], [.. file.Archive.Tensors.Keys], []);
        var settings = new Dictionary<string, string>
        {
            ["lora.rank"] = config.Whole("r", 8).ToString(CultureInfo.InvariantCulture),
            ["lora.alpha"] = config.Number("lora_alpha", 8).ToString(CultureInfo.InvariantCulture),
            ["lora.dropout"] = config.Number("lora_dropout", 0).ToString(CultureInfo.InvariantCulture),
            ["lora.rankStabilized"] = config.Flag("use_rslora").ToString(),
            ["lora.dora"] = config.Flag("use_dora").ToString(),
            ["lora.targets"] = string.Join('+', ModuleNames.Ends(chosen, modules.Projections)),
        };
        var notices = new List<string>();
        foreach (var what in (string[])["rank", "alpha"])
        {
            var patterns = config.Patterns(what + "_pattern");
            AddPattern(settings, what, patterns, foreign, modules, chosen);
            notices.AddRange(patterns.Where(pattern => !foreign.Any(module => IsMatch(pattern.Pattern, module))).Select(pattern =>
                $"{file.Config.File}: {what}_pattern '{pattern.Pattern}' matches no adapted module and has no effect"));
        }

        return new MethodRequest(Method + AddBiases(settings, file, modules), settings) { Notices = notices };
    }

    public IEnumerable<TensorImport> Imports(PeftModel model, Adapter adapter)
    {
        var (adapted, biases) = Tensors(model, adapter);
        return adapted.SelectMany(module => module.Imports()).Concat(biases.Select(link => link.Import));
    }

    public IEnumerable<TensorExport> Exports(PeftModel model, Adapter adapter)
    {
        var (adapted, biases) = Tensors(model, adapter);
        return adapted.SelectMany(module => module.Exports()).Concat(biases.Select(link => link.Export));
    }

    public void Describe(PeftModel model, Adapter adapter, JsonObject config)
    {
        var tensors = AdapterTensor.All(adapter);
        if (tensors.FirstOrDefault(tensor => tensor.Method == Method && (bool)tensor.Options["gated"]) is { } gated)
            throw new AdapterExportException(HuggingFacePeft.Format, $"lora.gated is on at {gated.Module}, and PEFT's LoRA has no gates");
        var modules = new BackboneModules(model);
        var adapted = LoraModules.Group(tensors.Where(tensor => tensor.Method == Method), modules);
        var scales = adapted.ToDictionary(module => module.Name, module => module.RankAndAlpha());
        var common = scales.Values.GroupBy(value => value).MaxBy(group => group.Count())!.Key;
        config["r"] = common.Rank;
        config["lora_alpha"] = Number(common.Alpha);
        config["rank_pattern"] = Pattern(scales, value => value.Rank != common.Rank, value => value.Rank);
        config["alpha_pattern"] = Pattern(scales, value => value.Alpha != common.Alpha, value => Number(value.Alpha));
        config["lora_dropout"] = Same<double>(tensors, "dropout");
        config["use_rslora"] = Same<bool>(tensors, "rankStabilized");
        config["use_dora"] = Same<bool>(tensors, "dora");
        config["init_lora_weights"] = true;
        config["fan_in_fan_out"] = adapted.Any(module => LoraModules.IsConv1D(module.Name));
        config["target_modules"] =
            new JsonArray([.. ModuleNames.Ends([.. scales.Keys], modules.Foreign).Select(end => JsonValue.Create(end))]);
        config["bias"] = BiasOf(adapter, modules, scales.Keys);
        config["layers_to_transform"] = null;
        config["layers_pattern"] = null;
    }

    private static (IReadOnlyList<ILoraModule> Adapted, IEnumerable<TensorLink> Biases) Tensors(PeftModel model, Adapter adapter)
    {
        var modules = new BackboneModules(model);
        var tensors = AdapterTensor.All(adapter);
        var adapted = LoraModules.Group(tensors.Where(tensor => tensor.Method == Method), modules);
        var biases = BiasFiles.Links(
            tensors.Where(tensor => tensor.Method is LinearBias or NormBias), modules, [.. adapted.Select(module => module.Name)]);
        return (adapted, biases);
    }

    private static void Check(ConfigObject config)
    {
        PeftConfig.Check(
            config, "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "rank_pattern", "alpha_pattern",
            "bias", "init_lora_weights", "eva_config");
        if (config.Node("init_lora_weights") is JsonValue start && start.TryGetValue<string>(out var name)
            && !s_harmlessStarts.Contains(name))
            throw config.Problem("init_lora_weights", $"'{Excerpt.Cut(name)}' changes the backbone's weights, which this library's "
                + "backbone does not "
                + "have; save the adapter converted to plain LoRA");
    }

    /// <summary>Settings of modules that have other values by a pattern. The first pattern that matches applies.</summary>
    private static void AddPattern(
        Dictionary<string, string> settings, string what, IReadOnlyList<(string Pattern, double Value)> patterns,
        IEnumerable<string> foreign,
        BackboneModules modules, IReadOnlyCollection<string> chosen)
    {
        double? ValueAt(string module) =>
            patterns.Where(pattern => IsMatch(pattern.Pattern, module)).Select(pattern => (double?)pattern.Value).FirstOrDefault();
        foreach (var group in foreign.Select(module => (Module: module, Value: ValueAt(module))).Where(pair => pair.Value is not null)
            .GroupBy(pair => pair.Value!.Value))
        {
            foreach (var end in ModuleNames.Ends([.. group.SelectMany(pair => modules.Maps(pair.Module))], chosen))
                settings[$"{Method}.{what}@{end}"] = group.Key.ToString(CultureInfo.InvariantCulture);
        }

    }

    /// <summary>PEFT's matching rule: a pattern matches the whole name or its end after a dot.</summary>
    private static bool IsMatch(string pattern, string module)
    {
        try
        {
            return Regex.IsMatch(module, $@"^(?:.*\.)?(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            return ModuleNames.Matches(module, pattern);
        }
    }

    private static string AddBiases(Dictionary<string, string> settings, PeftFile file, BackboneModules modules)
    {
        var bias = file.Config.Text("bias") ?? "none";
        if (bias == "none")
            return "";
        if (bias is not ("all" or "lora_only"))
            throw file.Config.Problem("bias", $"expected none, all or lora_only, found '{bias}'");
        var named = file.Keys.Where(key => key.EndsWith(LoraKeys.Bias, StringComparison.Ordinal))
            .Select(key => key.EndsWith(LoraKeys.AdaptedBias, StringComparison.Ordinal)
                ? key[..^LoraKeys.AdaptedBias.Length] : key[..^LoraKeys.Bias.Length]).ToList();
        var (maps, norms) = (named.SelectMany(modules.Maps).ToList(), named.Where(modules.IsNorm).ToList());
        if (maps.Count > 0)
            settings[$"{LinearBias}.targets"] = string.Join('+', ModuleNames.Ends(maps, modules.Projections));
        if (norms.Count > 0)
            settings[$"{NormBias}.targets"] = string.Join('+', ModuleNames.Ends(norms, modules.Norms));
        return (maps.Count > 0 ? "+" + LinearBias : "") + (norms.Count > 0 ? "+" + NormBias : "");
    }

    private static string BiasOf(Adapter adapter, BackboneModules modules, IReadOnlyCollection<string> adapted)
    {
        var trained = AdapterTensor.All(adapter).Where(tensor => tensor.Method is LinearBias or NormBias)
            .Select(tensor => ModuleNames.Foreign(tensor.Module).Module).ToHashSet();
        if (trained.Count == 0)
            return "none";
        if (trained.SetEquals(adapted))
            return "lora_only";
        var all = modules.Projections.Concat(modules.Norms).Select(module => ModuleNames.Foreign(module).Module).ToHashSet();
        return trained.SetEquals(all)
            ? "all"
            : throw new AdapterExportException(
                HuggingFacePeft.Format, $"biases of {trained.Count} modules are trained; PEFT trains those of the {adapted.Count} "
                    + $"modules with LoRA or of all {all.Count}");
    }

    private static JsonObject Pattern(
        Dictionary<string, (int Rank, double Alpha)> scales, Func<(int Rank, double Alpha), bool> differs, Func<(int Rank, double Alpha),
        JsonNode> value)
    {
        var pattern = new JsonObject();
        foreach (var group in scales.Where(pair => differs(pair.Value)).GroupBy(pair => value(pair.Value).ToJsonString()))
        {
            foreach (var end in ModuleNames.Ends([.. group.Select(pair => pair.Key)], scales.Keys))
                pattern[Regex.Escape(end)] = value(group.First().Value);
        }

        return pattern;
    }

    private static T Same<T>(IReadOnlyList<AdapterTensor> tensors, string option)
    {
        var values = tensors.Where(tensor => tensor.Method == Method).Select(tensor => (T)tensor.Options[option]).Distinct().ToList();
        return values.Count == 1
            ? values[0]
            : throw new AdapterExportException(
                HuggingFacePeft.Format, $"lora.{option} differs among modules ({string.Join(", ", values)}), and PEFT has one for all");
    }

    private static JsonNode Number(double value) =>
        value == Math.Floor(value) && Math.Abs(value) < 1e9 ? JsonValue.Create((long)value) : JsonValue.Create(value);
}
