namespace Peft.Data;

/// <summary>BLEU-1 to BLEU-4 as in coco-caption: with the length of the closest reference, and 1e-9 added to totals.</summary>
public static class CocoBleu
{
    private const double Tiny = 1e-15;
    private const double Small = 1e-9;
    private const int Orders = 4;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Texts; they are lower-cased and tokenised by <see cref="TextTokens.LowerWords"/>.</param>
    /// <returns>BLEU-1, BLEU-2, BLEU-3 and BLEU-4, each in [0, 1].</returns>
    public static IReadOnlyList<double> Score(GenerationCorpus corpus)
    {
        var records = corpus.Tokenize(TextTokens.LowerWords);
        double length = records.Sum(record => record.Hypothesis.Length);
        var ratio = (length + Tiny) / (records.Sum(NGrams.ClosestLength) + Small);
        var brevity = ratio < 1 ? Math.Exp(1 - (1 / ratio)) : 1;
        var product = 1.0;
        var scores = new double[Orders];
        for (var order = 1; order <= Orders; order++)
        {
            var correct = records.Sum(record => NGrams.Matches(record, order));
            var guessed = records.Sum(record => Math.Max(0, record.Hypothesis.Length - order + 1));
            product *= (correct + Tiny) / (guessed + Small);
            scores[order - 1] = Math.Pow(product, 1.0 / order) * brevity;
        }

        return scores;
    }
}
