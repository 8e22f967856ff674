using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Named settings: those of AdaMix's released code for GPT-2 medium on E2E, WebNLG and DART, and those of the baselines for the same number
/// of steps.
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

    /// <summary>The names of the presets.</summary>
    public static IReadOnlyCollection<string> Names => s_methods.Keys;

    private static string[] LoraSettings => ["lora.rank=4", "lora.alpha=32", "lora.dropout=0.1"];

    private static string[] AdapterSettings => ["houlsby.size=8", "houlsby.activation=geluNew", "houlsby.sites=beforeFeedForwardDropout"];

    private static string[] MixtureSettings => ["adamix.experts=8", "adamix.share=up", "adamix.consistency=100"];

    /// <summary>The settings of a preset.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="task">The task: E2E uses 20 epochs with 2,000 warm-up steps, WebNLG 25 with 2,500. DART uses 20 with 2,000, without
    /// dropout, smoothing or decay. Any other task uses E2E's settings.</param>
    /// <returns>AdamW at 2e-4 (epsilon 1e-6, decay on all parameters) falling linearly to 0, batches of 8, no clipping, dropout only in
    /// LoRA, 512 tokens, the last step's weights, and the scripts' seed, 110. Full fine-tuning, which the scripts lack, uses the same
    /// settings.</returns>
    /// <exception cref="TrainingOptionsException">No preset has that name.</exception>
    public static TrainingOptions Get(string name, string task)
    {
        if (!s_methods.TryGetValue(name, out var preset))
            throw new TrainingOptionsException(
                "preset", $"there is no preset '{Excerpt.Cut(name)}'; there are {string.Join(", ", Names)}{NearestName.Hint(name, Names)}");
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
