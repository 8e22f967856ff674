namespace Peft.Data;

/// <summary>
/// BLEU (Papineni et al., ACL 2002) as e2e-metrics' Python computes it: tokens of mteval-v13a, the closest reference's length, counts that
/// are zero taken as 1e-15, so that it is never undefined.
/// </summary>
public static class MtevalBleu
{
    private const double Tiny = 1e-15;
    private const double Small = 1e-9;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Texts, not in tokens.</param>
    /// <param name="smoothing">Added to matches and totals of every order; 1 is BLEU+1.</param>
    /// <param name="order">The longest n-grams counted.</param>
    /// <param name="caseSensitive">Whether capitals differ from small letters.</param>
    /// <returns>BLEU in [0, 1].</returns>
    public static double Score(GenerationCorpus corpus, double smoothing = 0, int order = 4, bool caseSensitive = false)
    {
        var records = corpus.Tokenize(Tokens(caseSensitive));
        var hits = new double[order];
        var lengths = new double[order];
        var referenceLength = 0;
        foreach (var record in records)
        {
            for (var index = 0; index < order; index++)
            {
                hits[index] += NGrams.Matches(record, index + 1);
                // Below zero for a hypothesis shorter than the n-gram: so does the script.
                lengths[index] += record.Hypothesis.Length - index;
            }

            referenceLength += NGrams.ClosestLength(record);
        }

        var logarithms = 0.0;
        for (var index = 0; index < order; index++)
            logarithms += Math.Log(Math.Max(hits[index] + smoothing, Tiny) / Math.Max(lengths[index] + smoothing, Small));
        var brevity = lengths[0] <= referenceLength ? Math.Exp(1 - (referenceLength / lengths[0])) : 1;
        return brevity * Math.Exp(logarithms / order);
    }

    /// <summary>mteval's tokens, lower-cased after they were cut.</summary>
    internal static Func<string, string[]> Tokens(bool caseSensitive) => caseSensitive
        ? TextTokens.Mteval
        : text => Array.ConvertAll(TextTokens.Mteval(text), PythonText.Lower);
}
