namespace Peft.Models;

/// <summary>A partially generated text.</summary>
/// <param name="Prompt">The index of its prompt.</param>
/// <param name="Tokens">The tokens generated so far.</param>
/// <param name="LogProbability">Sum of the tokens' log probabilities.</param>
internal sealed record Hypothesis(int Prompt, int[] Tokens, double LogProbability)
{
    public Hypothesis Extend(int token, double logProbability) =>
        this with { Tokens = [.. Tokens, token], LogProbability = LogProbability + logProbability };

    public double Score(double lengthPenalty) => Tokens.Length == 0 ? 0 : LogProbability / Math.Pow(Tokens.Length, lengthPenalty);

    public GeneratedSequence Finish(GenerationStop stop, double lengthPenalty)
    {
        int? end = stop == GenerationStop.EndToken ? Tokens[^1] : null;
        return new GeneratedSequence(end is null ? Tokens : Tokens[..^1], end, stop, LogProbability, Score(lengthPenalty));
    }
}
