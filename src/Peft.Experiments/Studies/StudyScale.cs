namespace Peft.Experiments;

/// <summary>How large the runs of a study are.</summary>
internal enum StudyScale
{
    /// <summary>The paper's backbones, data and settings.</summary>
    Paper,

    /// <summary>MiniLM or the built-in decoder, with so few rows and steps that two cores finish a table in about two hours.</summary>
    Small,

    /// <summary>The smallest built-in backbones, a few rows and two steps: a test that every row runs.</summary>
    Smoke,
}

/// <summary>The options that a scale sets.</summary>
internal static class ScaleOptions
{
    private static readonly Dictionary<string, string> s_smallEncoder = new()
    {
        ["train-limit"] = "1000", ["dev-limit"] = "500", ["epochs"] = "40", ["max-steps"] = "250", ["batch-size"] = "16",
        ["max-length"] = "64", ["matmul-precision"] = "medium",
    };

    private static readonly Dictionary<string, string> s_smallDecoder = new()
    {
        ["train-limit"] = "4000", ["dev-limit"] = "200", ["max-steps"] = "1000", ["batch-size"] = "8", ["max-length"] = "128",
        ["warmup-steps"] = "100", ["learning-rate"] = "1e-3",
    };

    private static readonly Dictionary<string, string> s_smoke = new()
    {
        ["train-limit"] = "8", ["dev-limit"] = "6", ["epochs"] = "1", ["max-steps"] = "2", ["batch-size"] = "4",
        ["warmup-ratio"] = "0", ["warmup-steps"] = "0",
    };

    /// <summary>The options of every run of a study, before those of its rows.</summary>
    /// <param name="study">The study.</param>
    /// <param name="scale">The scale.</param>
    public static IEnumerable<KeyValuePair<string, string>> Shared(Study study, StudyScale scale) => scale switch
    {
        StudyScale.Small => (study.IsGeneration ? s_smallDecoder : s_smallEncoder).Concat(study.SmallOptions),
        StudyScale.Paper => study.PaperOptions,
        _ => [],
    };

    /// <summary>The options that override those of rows.</summary>
    /// <param name="study">The study.</param>
    /// <param name="scale">The scale.</param>
    public static IEnumerable<KeyValuePair<string, string>> Last(Study study, StudyScale scale) => scale != StudyScale.Smoke ? []
        : s_smoke.Append(new KeyValuePair<string, string>("max-length", study.IsGeneration ? "64" : "16"));

    /// <summary>How many contexts are decoded for the scores of texts; 0 for all.</summary>
    /// <param name="scale">The scale.</param>
    public static int Contexts(StudyScale scale) => scale switch { StudyScale.Paper => 0, StudyScale.Small => 60, _ => 2 };

    /// <summary>The seeds that runs have where none are given.</summary>
    /// <param name="study">The study.</param>
    /// <param name="scale">The scale.</param>
    public static IReadOnlyList<int> Seeds(Study study, StudyScale scale) =>
        scale != StudyScale.Smoke && study.Seeds.Count > 0 ? study.Seeds : scale == StudyScale.Paper ? [1, 2, 3] : [1];
}
