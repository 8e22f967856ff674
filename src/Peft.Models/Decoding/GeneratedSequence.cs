namespace Peft.Models;

/// <summary>The reason why a generated text ends.</summary>
public enum GenerationStop
{
    /// <summary>An end token was generated.</summary>
    EndToken,

    /// <summary><see cref="GenerationOptions.MaxNewTokens"/> was reached.</summary>
    MaxNewTokens,

    /// <summary>The options forbid every possible next token.</summary>
    NoTokenLeft,
}

/// <summary>The generated continuation of a prompt.</summary>
/// <param name="Tokens">The generated tokens without an end token.</param>
/// <param name="EndToken">The end token, or null.</param>
/// <param name="Stop">The reason why it ends.</param>
/// <param name="LogProbability">Sum of the tokens' natural log probabilities, including the end token's, normalised over the tokens that
/// the options allow.</param>
/// <param name="Score"><paramref name="LogProbability"/> / n^<see cref="GenerationOptions.LengthPenalty"/> for n tokens, including the end
/// token.</param>
public sealed record GeneratedSequence(IReadOnlyList<int> Tokens, int? EndToken, GenerationStop Stop, double LogProbability, double Score);
