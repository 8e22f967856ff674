using Peft.Models;

namespace Peft.Hosting;

/// <summary>How a text is generated. The default is greedy decoding: the most probable token at every step.</summary>
public sealed record GenerateOptions
{
    /// <summary>
    /// The most tokens, including an end token, at least 1; null for as many as the model's positions and
    /// <see cref="PredictorOptions.MostNewTokens"/> allow, which also bound it.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>Above 0, tokens are sampled, and logits divided by it before. 0 is greedy decoding. Null is greedy too, unless
    /// <see cref="TopP"/> or <see cref="TopK"/> ask for sampling, and 1 then.</summary>
    public double? Temperature { get; init; }

    /// <summary>Samples among the fewest most probable tokens whose probabilities reach this sum, above 0 and at most 1; null for all.
    /// </summary>
    public double? TopP { get; init; }

    /// <summary>Samples among this number of most probable tokens, at least 1; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>The seed of sampling; null for a new one. The same seed gives the same text, whatever else is computed.</summary>
    public long? Seed { get; init; }

    /// <summary>Texts that end the answer and are not part of it.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>Checks the values.</summary>
    /// <exception cref="GenerateOptionException">One is out of range.</exception>
    internal void Check()
    {
        Require(MaxTokens is not < 1, nameof(MaxTokens), "expected at least 1", MaxTokens);
        Require(
            Temperature is null || (double.IsFinite(Temperature.Value) && Temperature >= 0), nameof(Temperature),
            "expected a number from 0", Temperature);
        Require(TopP is null or (> 0 and <= 1), nameof(TopP), "expected a number above 0, at most 1", TopP);
        Require(TopK is not < 1, nameof(TopK), "expected at least 1", TopK);
        Require(
            StopSequences.All(stop => !string.IsNullOrEmpty(stop)), nameof(StopSequences), "expected texts that are not empty",
            "an empty one");
    }

    /// <summary>The options of the decoder.</summary>
    internal GenerationOptions ForTokens(int most)
    {
        var samples = Temperature is > 0 || (Temperature is null && (TopP is < 1 || TopK is not null));
        var options = new GenerationOptions { MaxNewTokens = Math.Min(MaxTokens ?? int.MaxValue, Math.Max(1, most)) };
        return !samples ? options : options with
        {
            Sample = true,
            Temperature = Temperature ?? 1,
            TopP = TopP ?? 1,
            TopK = TopK ?? 0,
            Seed = unchecked((ulong)(Seed ?? Random.Shared.NextInt64())),
        };
    }

    private static void Require(bool condition, string option, string expected, object? found)
    {
        if (!condition)
            throw new GenerateOptionException(option, FormattableString.Invariant($"{expected}, found {found}"));
    }
}
