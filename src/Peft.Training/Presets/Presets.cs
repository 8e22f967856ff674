using Peft.Data;

namespace Peft.Training;

/// <summary>
/// The named settings of this library: AdaMix and its baselines on GLUE with BERT-base and RoBERTa-large, and on E2E, WebNLG and DART with
/// GPT-2 medium.
/// </summary>
public static class Presets
{
    private static readonly Lazy<IReadOnlyList<Preset>> s_all = new(PresetFile.Read);

    /// <summary>All presets.</summary>
    public static IReadOnlyList<Preset> All => s_all.Value;

    /// <summary>The names of the presets.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(preset => preset.Name)];

    /// <summary>Where values come from: a word, and what it means.</summary>
    public static IReadOnlyDictionary<string, string> Sources { get; } = new Dictionary<string, string>
    {
        ["paper"] = "text, tables or figures of the AdaMix paper (Wang et al. 2022)",
        ["code"] = "AdaMix's released scripts and code",
        ["lora-code"] = "LoRA's released scripts (Hu et al. 2021), whose runs AdaMix's tables quote",
        ["pelt-code"] = "defaults of UniPELT's released code (Mao et al. 2022), whose runs AdaMix's tables quote",
        ["derived"] = "follows from the number of parameters in AdaMix's tables",
        ["unverified"] = "recalled, not checked against any source",
        ["choice"] = "of this project, where no source has a value",
    };

    /// <summary>Finds a preset.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="TrainingOptionsException">No preset has that name; the message names the nearest.</exception>
    public static Preset Find(string name) => All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new TrainingOptionsException(
            "preset", $"there is no preset '{Excerpt.Cut(name)}'; there are {string.Join(", ", Names)}{NearestName.Hint(name, Names)}");
}
