using System.Globalization;

namespace Peft.Data;

/// <summary>One number or line of a metric.</summary>
/// <param name="Name">Its name, as <see cref="GenerationScorer.Names"/> has it; several orders of one metric append theirs
/// (<c>coco-bleu-4</c>).</param>
/// <param name="Value">The score.</param>
/// <param name="Detail">The line that the metric's own script prints, or in what the score departs from the script's; null where there is
/// neither.</param>
public sealed record GenerationScore(string Name, double Value, string? Detail = null);

/// <summary>Computes metrics by their names.</summary>
public static class GenerationScorer
{
    private static readonly Dictionary<string, Func<GenerationCorpus, MeteorOptions, IEnumerable<GenerationScore>>> s_metrics = new()
    {
        ["bleu"] = (corpus, _) => [new("bleu", MtevalBleu.Score(corpus))],
        ["bleu+1"] = (corpus, _) => [new("bleu+1", MtevalBleu.Score(corpus, smoothing: 1))],
        ["nist"] = (corpus, _) => [new("nist", MtevalNist.Score(corpus))],
        ["meteor"] = (corpus, options) => [new("meteor", Meteor.Score(corpus, options), "exact and stem matches alone: no synonyms, no "
            + "paraphrases")],
        ["rouge-l"] = (corpus, _) => [new("rouge-l", RougeL.Score(corpus))],
        ["cider"] = (corpus, _) => [new("cider", Cider.Score(corpus))],
        ["ter"] = (corpus, _) => [new("ter", TranslationEditRate.Score(corpus))],
        ["coco-bleu"] = (corpus, _) => CocoBleu.Score(corpus)
            .Select((score, index) => new GenerationScore(string.Create(CultureInfo.InvariantCulture, $"coco-bleu-{index + 1}"), score)),
        ["multi-bleu"] = (corpus, _) => [Printed("multi-bleu", MultiBleuDetok.Score(corpus))],
        ["multi-bleu-lc"] = (corpus, _) => [Printed("multi-bleu-lc", MultiBleuDetok.Score(corpus, lowerCase: true))],
    };

    /// <summary>Every metric's name.</summary>
    public static IReadOnlyCollection<string> Names => s_metrics.Keys;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Hypotheses and references.</param>
    /// <param name="metrics">Names, in the order wanted; all when null.</param>
    /// <param name="meteor">METEOR's parameters; METEOR 1.5's when null.</param>
    /// <returns>One score for each name, four for <c>coco-bleu</c>.</returns>
    /// <exception cref="UnknownMetricException">A name is none.</exception>
    public static IReadOnlyList<GenerationScore> Score(
        GenerationCorpus corpus, IEnumerable<string>? metrics = null, MeteorOptions? meteor = null)
    {
        var chosen = Choose(metrics);
        return [.. chosen.SelectMany(name => s_metrics[name](corpus, meteor ?? new MeteorOptions()))];
    }

    /// <summary>Checks names without scoring anything.</summary>
    /// <param name="metrics">Names; all when null.</param>
    /// <returns>The names, each once.</returns>
    /// <exception cref="UnknownMetricException">A name is none.</exception>
    public static IReadOnlyList<string> Choose(IEnumerable<string>? metrics) =>
    [
        .. (metrics ?? Names).Distinct().Select(name => s_metrics.ContainsKey(name) ? name : throw new UnknownMetricException(name, Names)),
    ];

    private static GenerationScore Printed(string name, MultiBleuScore score) => new(name, score.Bleu, score.Line);
}
