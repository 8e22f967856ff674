using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>The rules for which tokens may follow, and when a text ends.</summary>
internal sealed class TokenRules(GenerationOptions options, int vocabularySize)
{
    private readonly HashSet<int> _ends = [.. options.EndTokens!];

    /// <summary>Log probabilities of each hypothesis' next token among those allowed; -inf for the others.</summary>
    /// <param name="logits">[rows, vocabulary].</param>
    /// <param name="rows">A hypothesis for each row. Each has at least one allowed token.</param>
    /// <returns>[rows, vocabulary].</returns>
    public Tensor LogProbabilities(Tensor logits, IReadOnlyList<Hypothesis> rows)
    {
        long[] banned = [.. rows.SelectMany((row, number) => Banned(row.Tokens).Select(id => ((long)number * vocabularySize) + id))];
        if (banned.Length > 0)
            logits = logits.reshape(-1).index_fill(0, tensor(banned).to(logits.device), double.NegativeInfinity).view(logits.shape);
        return logits.log_softmax(-1);
    }

    /// <summary>The reason why a text ends here; null if it continues.</summary>
    public GenerationStop? StopOf(int[] tokens)
    {
        if (tokens.Length > 0 && _ends.Contains(tokens[^1]))
            return GenerationStop.EndToken;
        if (tokens.Length == options.MaxNewTokens)
            return GenerationStop.MaxNewTokens;
        return Banned(tokens).Count == vocabularySize ? GenerationStop.NoTokenLeft : null;
    }

    private HashSet<int> Banned(int[] tokens)
    {
        var banned = tokens.Length < options.MinLength ? new HashSet<int>(_ends) : [];
        var before = options.NoRepeatNGram - 1; // tokens of an n-gram in front of its last
        if (before < 0 || tokens.Length < before)
            return banned;
        var last = tokens.AsSpan(tokens.Length - before);
        for (var start = 0; start + before < tokens.Length; start++)
        {
            if (tokens.AsSpan(start, before).SequenceEqual(last))
                banned.Add(tokens[start + before]);
        }

        return banned;
    }
}
