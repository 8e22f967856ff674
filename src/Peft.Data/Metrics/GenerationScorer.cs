using System.Globalization;

namespace Peft.Data;

/// <summary>One value of a metric.</summary>
/// <param name="Name">Its name, as in <see cref="GenerationScorer.Names"/>; several orders of one metric have a suffix
/// (<c>coco-bleu-4</c>).</param>
/// <param name="Value">The score.</param>
/// <param name="Detail">The line that the metric's own script prints, or how the score differs from the script's; null otherwise.</param>
public sealed record GenerationScore(string Name, double Value, string? Detail = null);

/// <summary>Computes metrics by name.</summary>
public static class GenerationScorer
{
    private delegate IEnumerable<GenerationScore> Metric(GenerationCorpus corpus, MeteorOptions options, RecordProgress? progress);

    private static readonly Dictionary<string, Metric> s_metrics = new()
    {
        ["bleu"] = (corpus, _, _) => [new("bleu", MtevalBleu.Score(corpus))],
        ["bleu+1"] = (corpus, _, _) => [new("bleu+1", MtevalBleu.Score(corpus, smoothing: 1))],
        ["nist"] = (corpus, _, _) => [new("nist", MtevalNist.Score(corpus))],
        ["meteor"] = (corpus, options, progress) => [new("meteor", Meteor.Score(corpus, options, progress), options.Synonyms is null
            ? "exact and stem matches alone: no synonyms, no paraphrases"
            : "exact and stem matches and WordNet's synonyms: no paraphrases")],
        ["rouge-l"] = (corpus, _, _) => [new("rouge-l", RougeL.Score(corpus))],
        ["cider"] = (corpus, _, _) => [new("cider", Cider.Score(corpus))],
        ["ter"] = (corpus, _, progress) => [new("ter", TranslationEditRate.Score(corpus, progress))],
        ["coco-bleu"] = (corpus, _, _) => CocoBleu.Score(corpus)
            .Select((score, index) => new GenerationScore(string.Create(CultureInfo.InvariantCulture, $"coco-bleu-{index + 1}"), score)),
        ["multi-bleu"] = (corpus, _, _) => [Printed("multi-bleu", MultiBleuDetok.Score(corpus))],
        ["multi-bleu-lc"] = (corpus, _, _) => [Printed("multi-bleu-lc", MultiBleuDetok.Score(corpus, lowerCase: true))],
    };

    /// <summary>Every metric's name.</summary>
    public static IReadOnlyCollection<string> Names => s_metrics.Keys;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Hypotheses and references.</param>
    /// <param name="metrics">Names, in the requested order; null for all.</param>
    /// <param name="meteor">METEOR's parameters; null for METEOR 1.5's.</param>
    /// <returns>One score for each name, four for <c>coco-bleu</c>.</returns>
    /// <exception cref="UnknownMetricException">A name is unknown.</exception>
    /// <exception cref="TextTooLongException">A text is too long for a metric.</exception>
    public static IReadOnlyList<GenerationScore> Score(
        GenerationCorpus corpus, IEnumerable<string>? metrics = null, MeteorOptions? meteor = null) =>
        Score(corpus, metrics, meteor, null);

    /// <summary>As the other overload, with progress of the slow metrics.</summary>
    internal static IReadOnlyList<GenerationScore> Score(
        GenerationCorpus corpus, IEnumerable<string>? metrics, MeteorOptions? meteor, Action<string, int, int>? progress) =>
    [
        .. Choose(metrics).SelectMany(name => s_metrics[name](
            corpus, meteor ?? new MeteorOptions(), progress is null ? null : (done, all) => progress(name, done, all))),
    ];

    /// <summary>Checks names without computing scores.</summary>
    /// <param name="metrics">Names; null for all.</param>
    /// <returns>The names, without duplicates.</returns>
    /// <exception cref="UnknownMetricException">A name is unknown.</exception>
    public static IReadOnlyList<string> Choose(IEnumerable<string>? metrics) =>
    [
        .. (metrics ?? Names).Distinct().Select(name => s_metrics.ContainsKey(name) ? name : throw new UnknownMetricException(name, Names)),
    ];

    private static GenerationScore Printed(string name, MultiBleuScore score) => new(name, score.Bleu, score.Line);
}
