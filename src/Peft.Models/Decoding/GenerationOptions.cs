namespace Peft.Models;

/// <summary>How a <see cref="TokenGenerator"/> continues prompts. The default is greedy decoding of up to 64 tokens.</summary>
public sealed record GenerationOptions
{
    /// <summary>Greedy decoding: the most probable token at every step.</summary>
    public static GenerationOptions Greedy { get; } = new();

    /// <summary>The largest number of generated tokens, including an end token; at least 1.</summary>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>The smallest number of tokens before an end token; at least 0.</summary>
    public int MinLength { get; init; }

    /// <summary>The number of beams in beam search; 1 for no beam search.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>
    /// A hypothesis of n tokens, including its end token, scores (sum of log probabilities) / n^LengthPenalty. With 0 sums are compared,
    /// with 1 means; larger values favour longer texts.
    /// </summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>Generated n-grams of this size do not repeat; tokens of the prompt do not count. 0 disables the rule.</summary>
    public int NoRepeatNGram { get; init; }

    /// <summary>Whether tokens are sampled from the model's distribution.</summary>
    public bool Sample { get; init; }

    /// <summary>Divides logits before sampling; greater than 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Samples among this number of most probable tokens; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Samples among the smallest set of most probable tokens whose probabilities reach this sum; 1 for all. Applied after
    /// <see cref="TopK"/>.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>The seed for sampling. Each row of a batch has its own generator, seeded by this value and the row's index.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The index of the batch's first row among all prompts, so that sampling does not depend on how prompts are split into batches.
    /// </summary>
    public int FirstRow { get; init; }

    /// <summary>Tokens that end a text; null for the backbone's own (<see cref="DecoderConfig.EndId"/>), empty for none.</summary>
    public IReadOnlyList<int>? EndTokens { get; init; }

    /// <summary>
    /// The padding token in front of shorter prompts, which is masked; null for the backbone's own (<see cref="DecoderConfig.PadId"/>).
    /// </summary>
    public int? PadId { get; init; }

    /// <summary>
    /// The settings of AdaMix's released code (E2E, WebNLG, DART): 10 beams, 64 new tokens, length penalty 0.8, no repeated 4-grams, end
    /// tokens 50256 (end of text) and 628 (an empty line) of GPT-2's vocabulary.
    /// </summary>
    /// <param name="vocabularySize">The size of the vocabulary. In vocabularies smaller than GPT-2's (50,257 tokens) these ids have no
    /// meaning, so the backbone's own end token is used.</param>
    /// <returns>The options.</returns>
    public static GenerationOptions AdaMixNlg(int vocabularySize)
    {
        const int EndOfText = 50256, EmptyLine = 628;
        return new()
        {
            Beams = 10, MaxNewTokens = 64, LengthPenalty = 0.8, NoRepeatNGram = 4, EndTokens = vocabularySize > EndOfText
                ? [EndOfText, EmptyLine] : null,
        };
    }

    /// <summary>The largest number of beams: each keeps keys and values of every token.</summary>
    internal const int MostBeams = 1000;

    /// <summary>Checks the options without a vocabulary; <see cref="TokenGenerator"/> also checks token ids.</summary>
    /// <exception cref="GenerationOptionException">A value is out of range, or two options exclude each other.</exception>
    public void Validate()
    {
        Require(MaxNewTokens >= 1, nameof(MaxNewTokens), MaxNewTokens, "expected at least 1");
        Require(
            MinLength >= 0 && MinLength <= MaxNewTokens, nameof(MinLength), MinLength,
            $"expected 0 to --max-new-tokens ({MaxNewTokens})");
        Require(Beams is >= 1 and <= MostBeams, nameof(Beams), Beams, $"expected 1 to {MostBeams}");
        Require(double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "expected a finite number");
        Require(NoRepeatNGram >= 0, nameof(NoRepeatNGram), NoRepeatNGram, "expected at least 0 (0: no rule)");
        Require(double.IsFinite(Temperature) && Temperature > 0, nameof(Temperature), Temperature, "expected a number above 0; without "
            + "--sample decoding is greedy");
        Require(TopK >= 0, nameof(TopK), TopK, "expected at least 0 (0: all tokens)");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "expected a number above 0, at most 1 (1: all tokens)");
        Require(FirstRow >= 0, nameof(FirstRow), FirstRow, "expected at least 0");
        Require(
            !Sample || Beams == 1, nameof(Beams), Beams,
            $"a beam search samples nothing; leave --sample out, or --beam at 1");
        Require(Sample || Temperature == 1, nameof(Temperature), Temperature, $"has no effect unless --sample is set");
        Require(Sample || TopK == 0, nameof(TopK), TopK, $"has no effect unless --sample is set");
        Require(Sample || TopP == 1, nameof(TopP), TopP, $"has no effect unless --sample is set");
    }

    /// <summary>The checked options, with the backbone's own ids as defaults.</summary>
    internal GenerationOptions For(DecoderConfig config)
    {
        Validate();
        var complete = this with { EndTokens = EndTokens ?? [config.EndId], PadId = PadId ?? config.PadId };
        var known = $"the backbone's vocabulary has {config.AllWords} tokens, numbered from 0";
        foreach (var id in complete.EndTokens)
            Require(id >= 0 && id < config.AllWords, nameof(EndTokens), id, known);
        Require(complete.PadId >= 0 && complete.PadId < config.AllWords, nameof(PadId), complete.PadId, known);
        return complete;
    }

    private static void Require(bool condition, string option, object? value, string problem)
    {
        if (!condition)
            throw new GenerationOptionException(option, value, problem);
    }
}
