namespace Peft.Training;

/// <summary>
/// Settings by name: how AdaMix's released code trains GPT-2 medium on E2E, WebNLG and DART, and the baselines beside it for the same
/// number of steps.
/// </summary>
public static class GenerationPresets
{
    private static readonly Dictionary<string, (string Method, string[] Settings)> s_methods = new()
    {
        ["nlg-lora"] = ("lora", LoraSettings),
        ["nlg-adapter"] = ("houlsby", AdapterSettings),
        ["nlg-adamix-lora"] = ("adamix(lora)", [.. LoraSettings, .. MixtureSettings, "adamix.route=layer", "adamix.starts=identical"]),
        ["nlg-adamix-adapter"] = ("adamix(houlsby)", [.. AdapterSettings, .. MixtureSettings]),
        ["nlg-full"] = ("full", []),
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => s_methods.Keys;

    private static string[] LoraSettings => ["lora.rank=4", "lora.alpha=32", "lora.dropout=0.1"];

    private static string[] AdapterSettings => ["houlsby.size=8", "houlsby.activation=geluNew", "houlsby.sites=beforeFeedForwardDropout"];

    private static string[] MixtureSettings => ["adamix.experts=8", "adamix.share=up", "adamix.consistency=100"];

    /// <summary>The settings of a preset.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="task">The task: E2E 20 epochs with 2,000 warm-up steps, WebNLG 25 with 2,500; DART 20 with 2,000, and neither dropout,
    /// smoothing nor decay. Any other: E2E's.</param>
    /// <returns>
    /// AdamW at 2e-4 (epsilon 1e-6, decay on everything) falling linearly to 0, batches of 8, no clipping, no dropout but LoRA's, 512
    /// tokens, the last step's weights; the scripts' seed, 110. Full fine-tuning, which the scripts do not have, takes the same.
    /// </returns>
    /// <exception cref="TrainingOptionsException">There is no such preset.</exception>
    public static TrainingOptions Of(string name, string task)
    {
        if (!s_methods.TryGetValue(name, out var preset))
            throw new TrainingOptionsException(
                "preset", $"there is no preset '{name}'; there are {string.Join(", ", Names)}{NearestName.Hint(name, Names)}");
        var (isDart, isWebNlg) = (task == "dart", task == "webnlg");
        var settings = preset.Settings.Where(setting => !isDart || setting != "lora.dropout=0.1").Select(setting => setting.Split('='));
        return new TrainingOptions
        {
            Task = task,
            Method = preset.Method,
            Settings = settings.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            Epochs = isWebNlg ? 25 : 20,
            WarmupSteps = isWebNlg ? 2500 : 2000,
            BatchSize = 8,
            LearningRate = 2e-4,
            WeightDecay = isDart ? 0 : 0.01,
            DecayAll = true,
            AdamEpsilon = 1e-6,
            LabelSmoothing = isDart ? 0 : 0.1,
            MaxGradNorm = 0,
            BackboneDropout = 0,
            MaxLength = 512,
            Seed = 110,
            KeepLast = true,
        };
    }
}
