namespace Peft.Data;

/// <summary>
/// CIDEr (Vedantam et al., CVPR 2015) as in coco-caption, which is CIDEr-D: cosines of TF-IDF vectors of 1- to 4-grams, with the
/// hypothesis' weights clipped at the reference's and a Gaussian penalty on the length difference (sigma 6), averaged over orders and
/// references, times 10.
/// </summary>
public static class Cider
{
    private const int Orders = 4;
    private const double Sigma = 6;

    /// <summary>Scores a corpus.</summary>
    /// <param name="corpus">Texts; they are lower-cased and tokenised by <see cref="TextTokens.LowerWords"/>. Document frequencies are
    /// computed from this corpus.</param>
    /// <returns>The mean over records, in [0, 10]; 0 for a corpus of one record, whose inverse document frequencies are all 0.</returns>
    public static double Score(GenerationCorpus corpus)
    {
        var records = corpus.Tokenize(TextTokens.LowerWords);
        var documents = new Dictionary<string, int>[Orders];
        for (var order = 1; order <= Orders; order++)
            documents[order - 1] = DocumentFrequencies(records, order);
        var scores = records.Select(record =>
        {
            var hypothesis = Vectors(record.Hypothesis, documents, records.Count);
            return record.References.Average(reference => Similarity(
                hypothesis, Vectors(reference, documents, records.Count), LengthDifference(record.Hypothesis, reference)));
        });
        return 10 * scores.Average();
    }

    private static Dictionary<string, int> DocumentFrequencies(List<TokenRecord> records, int order)
    {
        var frequencies = new Dictionary<string, int>();
        foreach (var ngram in records.SelectMany(record => record.References.SelectMany(reference => NGrams.Enumerate(reference, order))
            .Distinct()))
            frequencies[ngram] = frequencies.GetValueOrDefault(ngram) + 1;
        return frequencies;
    }

    /// <summary>TF-IDF vectors of a text, one for each order, with their norms.</summary>
    private static (Dictionary<string, double> Weights, double Norm)[] Vectors(
        string[] tokens, Dictionary<string, int>[] documents, int count)
    {
        var vectors = new (Dictionary<string, double> Weights, double Norm)[Orders];
        for (var order = 1; order <= Orders; order++)
        {
            var frequencies = documents[order - 1];
            var weights = NGrams.Count(tokens, order).ToDictionary(
                entry => entry.Key, entry => entry.Value * (
                    Math.Log(count) - Math.Log(Math.Max(1, frequencies.GetValueOrDefault(entry.Key)))));
            vectors[order - 1] = (weights, Math.Sqrt(weights.Values.Sum(weight => weight * weight)));
        }

        return vectors;
    }

    /// <summary>
    /// The length as the script defines it: the number of bigrams. Only differences matter, and they deviate only between texts of one
    /// token and of none.
    /// </summary>
    private static int LengthDifference(string[] hypothesis, string[] reference) =>
        Math.Max(0, hypothesis.Length - 1) - Math.Max(0, reference.Length - 1);

    private static double Similarity(
        (Dictionary<string, double> Weights, double Norm)[] hypothesis, (Dictionary<string, double> Weights, double Norm)[] reference,
        int difference)
    {
        var sum = 0.0;
        for (var index = 0; index < Orders; index++)
        {
            var (weights, norm) = reference[index];
            var product = hypothesis[index].Weights.Sum(entry => weights.TryGetValue(entry.Key, out var weight)
                ? Math.Min(entry.Value, weight) * weight : 0);
            if (norm != 0 && hypothesis[index].Norm != 0)
                sum += product / (hypothesis[index].Norm * norm);
        }

        return sum / Orders * Math.Exp(-difference * difference / (2 * Sigma * Sigma));
    }
}
