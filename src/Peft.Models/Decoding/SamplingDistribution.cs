namespace Peft.Models;

/// <summary>
/// The distribution that a token is sampled from: the tokens that temperature, top-k and top-p (Holtzman et al. 2020, section 3.1) keep,
/// and their probabilities.
/// </summary>
internal sealed class SamplingDistribution
{
    private SamplingDistribution(int[] tokens, double[] probabilities) => (Tokens, Probabilities) = (tokens, probabilities);

    /// <summary>The tokens. With top-k or top-p, most probable first, and by id if equally probable.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>Their probabilities, which sum to 1.</summary>
    public IReadOnlyList<double> Probabilities { get; }

    /// <summary>Computes the distribution from logits.</summary>
    /// <param name="logits">A logit, or log probability, for each token; tokens with -inf are excluded.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="topK">The number of most probable tokens to keep; 0 for all.</param>
    /// <param name="topP">Of these, keeps the smallest set of most probable tokens whose probabilities reach this sum, at least one; 1 for
    /// all.</param>
    /// <returns>The distribution.</returns>
    public static SamplingDistribution FromLogits(ReadOnlySpan<double> logits, double temperature = 1, int topK = 0, double topP = 1)
    {
        var values = logits.ToArray();
        int[] tokens = [.. Enumerable.Range(0, values.Length).Where(id => !double.IsNegativeInfinity(values[id]))];
        if (topK > 0 || topP < 1)
            Array.Sort(tokens, (a, b) => values[a] == values[b] ? a.CompareTo(b) : values[b].CompareTo(values[a]));
        if (topK > 0 && topK < tokens.Length)
            tokens = tokens[..topK];
        var probabilities = Softmax(tokens, values, temperature);
        if (topP < 1)
        {
            var (kept, sum) = (0, 0.0);
            while (kept < tokens.Length && sum < topP)
                sum += probabilities[kept++];
            tokens = tokens[..kept];
            probabilities = [.. probabilities[..kept].Select(probability => probability / sum)];
        }

        return new SamplingDistribution(tokens, probabilities);
    }

    /// <summary>The token at a point of the cumulative distribution.</summary>
    /// <param name="point">From 0 to 1, 1 excluded.</param>
    /// <returns>The token.</returns>
    public int At(double point)
    {
        for (var i = 0; i < Tokens.Count - 1; i++)
        {
            point -= Probabilities[i];
            if (point < 0)
                return Tokens[i];
        }

        return Tokens[^1];
    }

    private static double[] Softmax(int[] tokens, double[] values, double temperature)
    {
        var most = tokens.Max(id => values[id]);
        double[] weights = [.. tokens.Select(id => Math.Exp((values[id] - most) / temperature))];
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
