namespace Peft.Data;

/// <summary>
/// BLEU (Papineni et al., ACL 2002) as in e2e-metrics' Python: mteval-v13a's tokens and the length of the closest reference. Counts of zero
/// are replaced by 1e-15, so the score is always defined.
/// </summary>
public static class MtevalBleu
{
    private const double Tiny = 1e-15;
    private const double Small = 1e-9;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Untokenised texts.</param>
    /// <param name="smoothing">Added to matches and totals of every order; 1 is BLEU+1.</param>
    /// <param name="order">The longest n-grams counted.</param>
    /// <param name="caseSensitive">Whether the case of letters matters.</param>
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
                // Negative for a hypothesis shorter than the n-gram, as in the script.
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

    /// <summary>mteval's tokens, lower-cased after tokenisation.</summary>
    internal static Func<string, string[]> Tokens(bool caseSensitive) => caseSensitive
        ? TextTokens.Mteval
        : text => Array.ConvertAll(TextTokens.Mteval(text), PythonText.Lower);
}
