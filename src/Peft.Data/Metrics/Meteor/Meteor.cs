namespace Peft.Data;

/// <summary>
/// METEOR without synonyms and paraphrases: METEOR 1.5's English normalisation, alignment and score over exact and stem matches alone.
/// What 1.5 matches through WordNet and its paraphrase table is unmatched here, which moves its scores, mostly up: name it for what it is
/// when you report it.
/// </summary>
public static class Meteor
{
    /// <summary>Scores a corpus: for each record the reference with the highest score, the statistics of these summed.</summary>
    /// <param name="corpus">Texts, in tokens or not: they are normalised and lower-cased here (METEOR's <c>-norm</c>).</param>
    /// <param name="options">Parameters; METEOR 1.5's when null.</param>
    /// <returns>A score in [0, 1].</returns>
    public static double Score(GenerationCorpus corpus, MeteorOptions? options = null)
    {
        options ??= new MeteorOptions();
        var stems = new Dictionary<string, string>();
        var sum = new MeteorStatistics();
        foreach (var record in corpus.Tokenize(MeteorText.Tokens))
        {
            var best = record.References.Select(reference => Compare(record.Hypothesis, reference, stems, options))
                .MaxBy(statistics => statistics.Score(options))!;
            sum.Add(best);
        }

        return sum.Score(options);
    }

    /// <summary>What one text's comparison with one reference counts.</summary>
    private static MeteorStatistics Compare(
        string[] hypothesis, string[] reference, Dictionary<string, string> stems, MeteorOptions options)
    {
        var matches = MeteorAligner.Align(hypothesis, reference, Stem, options.BeamSize);
        return MeteorStatistics.Of(hypothesis, reference, matches, options.FunctionWords);

        string Stem(string word) => stems.TryGetValue(word, out var stem) ? stem : stems[word] = EnglishStemmer.Stem(word);
    }
}
