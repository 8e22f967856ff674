namespace Peft.Data;

/// <summary>
/// METEOR without paraphrases: METEOR 1.5's English normalisation, alignment and score, with exact and stem matches, and with synonyms
/// where <see cref="MeteorOptions.Synonyms"/> has them. The matches that 1.5 finds through its paraphrase table are missing, which changes
/// the scores, mostly upwards. Say so when you report it.
/// </summary>
public static class Meteor
{
    /// <summary>The most words of a text. The time grows with the square of the number of words.</summary>
    public const int MaxWords = 10_000;

    /// <summary>Scores a corpus. For each record, takes the reference with the highest score; then sums their statistics.</summary>
    /// <param name="corpus">Texts, tokenised or not: they are normalised and lower-cased here (METEOR's <c>-norm</c>).</param>
    /// <param name="options">Parameters; null for METEOR 1.5's.</param>
    /// <returns>A score in [0, 1].</returns>
    /// <exception cref="TextTooLongException">A text has more than <see cref="MaxWords"/> words.</exception>
    public static double Score(GenerationCorpus corpus, MeteorOptions? options = null) =>
        Score(corpus, options ?? new MeteorOptions(), null);

    internal static double Score(GenerationCorpus corpus, MeteorOptions options, RecordProgress? progress)
    {
        var records = corpus.Tokenize(MeteorText.Tokens);
        TextTooLongException.Check("meteor", records, MaxWords);
        var stems = new Dictionary<string, string>();
        var sum = new MeteorStatistics();
        foreach (var record in progress.Over(records))
        {
            var best = record.References.Select(reference => Compare(record.Hypothesis, reference, stems, options))
                .MaxBy(statistics => statistics.Score(options))!;
            sum.Add(best);
        }

        return sum.Score(options);
    }

    /// <summary>The counts of one text's comparison with one reference.</summary>
    private static MeteorStatistics Compare(
        string[] hypothesis, string[] reference, Dictionary<string, string> stems, MeteorOptions options)
    {
        var matches = MeteorAligner.Align(hypothesis, reference, Stem, options.BeamSize, options.Synonyms);
        return MeteorStatistics.Count(hypothesis, reference, matches, options.FunctionWords);

        string Stem(string word) => stems.TryGetValue(word, out var stem) ? stem : stems[word] = EnglishStemmer.Stem(word);
    }
}
