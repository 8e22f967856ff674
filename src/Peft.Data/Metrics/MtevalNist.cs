namespace Peft.Data;

/// <summary>
/// NIST (Doddington, HLT 2002) as in e2e-metrics' Python. Matches are weighted by the information of their last token given the others,
/// estimated over all references. Uses mteval-v13a's tokens and length penalty.
/// </summary>
public static class MtevalNist
{
    /// <summary>The penalty is 0.5 if the hypotheses have two thirds of the references' length.</summary>
    private static readonly double s_beta = -Math.Log(0.5) / Math.Pow(Math.Log(1.5), 2);

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Untokenised texts.</param>
    /// <param name="order">The longest n-grams counted.</param>
    /// <param name="caseSensitive">Whether the case of letters matters.</param>
    /// <returns>NIST, at least 0. An order for which the hypotheses have no n-gram counts as 0; the script fails in that case.</returns>
    public static double Score(GenerationCorpus corpus, int order = 5, bool caseSensitive = false)
    {
        var records = corpus.Tokenize(MtevalBleu.Tokens(caseSensitive));
        var total = 0.0;
        var shorter = new Dictionary<string, int> { [""] = records.Sum(record => record.References.Sum(reference => reference.Length)) };
        for (var current = 1; current <= order; current++)
        {
            var counts = new Dictionary<string, int>();
            foreach (var ngram in records.SelectMany(record => record.References)
                .SelectMany(reference => NGrams.Enumerate(reference, current)))
                counts[ngram] = counts.GetValueOrDefault(ngram) + 1;
            var guessed = records.Sum(record => record.Hypothesis.Length - current + 1);
            if (guessed != 0)
                total += records.Sum(record => Information(record, current, counts, shorter)) / guessed;
            shorter = counts;
        }

        double length = records.Sum(record => record.Hypothesis.Length);
        return total * Penalty(length / records.Sum(record => record.References.Average(reference => (double)reference.Length)));
    }

    private static double Information(TokenRecord record, int order, Dictionary<string, int> counts, Dictionary<string, int> shorter)
    {
        var allowed = NGrams.CountLargest(record.References, order);
        var sum = 0.0;
        foreach (var (ngram, count) in NGrams.Count(record.Hypothesis, order))
        {
            if (!allowed.TryGetValue(ngram, out var most))
                continue;
            var prefix = order == 1 ? "" : ngram[..ngram.LastIndexOf(' ')];
            sum += Math.Min(count, most) * Math.Log2(shorter[prefix] / (double)counts[ngram]);
        }

        return sum;
    }

    private static double Penalty(double ratio) => ratio >= 1 ? 1 : ratio <= 0 ? 0 : Math.Exp(-s_beta * Math.Pow(Math.Log(ratio), 2));
}
