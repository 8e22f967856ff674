namespace Peft.Models;

/// <summary>Why a generated text ends.</summary>
public enum GenerationStop
{
    /// <summary>At an end token.</summary>
    EndToken,

    /// <summary>At <see cref="GenerationOptions.MaxNewTokens"/>.</summary>
    MaxNewTokens,

    /// <summary>The options forbid every token that could follow.</summary>
    NoTokenLeft,
}

/// <summary>What follows a prompt.</summary>
/// <param name="Tokens">The generated tokens without an end token.</param>
/// <param name="EndToken">The end token, or null.</param>
/// <param name="Stop">Why it ends.</param>
/// <param name="LogProbability">Sum of the log probabilities (natural) of the tokens, the end token's included, among those that the
/// options allow.</param>
/// <param name="Score"><paramref name="LogProbability"/> / n^<see cref="GenerationOptions.LengthPenalty"/> for n tokens, the end token
/// counted.</param>
public sealed record GeneratedSequence(IReadOnlyList<int> Tokens, int? EndToken, GenerationStop Stop, double LogProbability, double Score);
