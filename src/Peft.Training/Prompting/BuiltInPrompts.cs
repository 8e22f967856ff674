namespace Peft.Training;

/// <summary>
/// The manual prompts of LM-BFF (Gao et al. 2021, table 1), as LiST (Wang et al. 2022) and the few-shot table of AdaMix use them.
/// </summary>
internal static class BuiltInPrompts
{
    private const string Sentiment = "{text} It was {mask}.", Entailment = "{text:drop-last}? {mask}, {pair:lower-first}";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ClozePrompt> All { get; } =
    [
        Numbered("sst2", Sentiment, ("negative", "terrible"), ("positive", "great")),
        Numbered("mpqa", Sentiment, ("negative", "terrible"), ("positive", "great")),
        Numbered("subj", "{text} This is {mask}.", ("subjective", "subjective"), ("objective", "objective")),
        Create("mnli", Entailment, ("entailment", "Yes"), ("neutral", "Maybe"), ("contradiction", "No")),
        Create("rte", Entailment, ("entailment", "Yes"), ("not_entailment", "No")),
        Numbered("qqp", "{text} {mask}, {pair:lower-first}", ("not_duplicate", "No"), ("duplicate", "Yes")),
    ];

    /// <summary>A prompt whose labels are numbers from 0 in the published files.</summary>
    private static ClozePrompt Numbered(string name, string template, params (string Label, string Word)[] words) =>
        Create(name, template, words) with
        {
            Aliases = words.Select((word, index) => (word.Label, Number: $"{index}")).ToDictionary(pair => pair.Number, pair => pair.Label),
        };

    private static ClozePrompt Create(string name, string template, params (string Label, string Word)[] words) =>
        ClozePrompt.Create(name, template, [.. words.Select(word => new LabelWord(word.Label, word.Word))], name);
}
