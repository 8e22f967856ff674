namespace Peft.Models;

/// <summary>How a <see cref="TokenGenerator"/> continues prompts. As it is: greedily, up to 64 tokens.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most probable token at every step.</summary>
    public static GenerationOptions Greedy { get; } = new();

    /// <summary>The most tokens that are generated, an end token included; at least 1.</summary>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>No end token is generated before so many other tokens are; at least 0.</summary>
    public int MinLength { get; init; }

    /// <summary>Hypotheses that a beam search keeps; 1 for none.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>
    /// A hypothesis of n tokens, its end token counted, scores (sum of log probabilities) / n^LengthPenalty: 0 compares sums, 1 means;
    /// greater values favour longer texts.
    /// </summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>No n generated tokens in a row occur twice; the prompt's tokens do not count. 0: no such rule.</summary>
    public int NoRepeatNGram { get; init; }

    /// <summary>Whether tokens are drawn from the model's distribution.</summary>
    public bool Sample { get; init; }

    /// <summary>Divides logits before a draw; greater than 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Draws are among so many of the most probable tokens; 0: among all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Draws are among the fewest most probable tokens whose probabilities reach this sum; 1: among all. After <see cref="TopK"/>.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Seeds the draws. Every row of a batch has its own, which the seed and the row's number decide.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The number of the batch's first row, where the batch is a part of many prompts: draws then do not depend on how these were divided.
    /// </summary>
    public int FirstRow { get; init; }

    /// <summary>Tokens that end a text; null for the backbone's own (<see cref="DecoderConfig.EndId"/>), empty for none.</summary>
    public IReadOnlyList<int>? EndTokens { get; init; }

    /// <summary>
    /// The token that stands in front of shorter prompts, which nothing sees; null for the backbone's own
    /// (<see cref="DecoderConfig.PadId"/>).
    /// </summary>
    public int? PadId { get; init; }

    /// <summary>
    /// What AdaMix's released code decodes with (E2E, WebNLG, DART): 10 beams, 64 new tokens, length penalty 0.8, no 4 generated tokens
    /// twice, end tokens 50256 (end of text) and 628 (an empty line) of GPT-2's vocabulary.
    /// </summary>
    /// <param name="vocabularySize">Of another vocabulary than GPT-2's (fewer tokens than 50,257) these ids mean nothing: its backbone's
    /// own end token is taken.</param>
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

    /// <summary>Checks the options by themselves; <see cref="TokenGenerator"/> also checks token ids against its vocabulary.</summary>
    /// <exception cref="GenerationOptionException">A value is out of range, or two exclude each other.</exception>
    public void Validate()
    {
        Require(MaxNewTokens >= 1, nameof(MaxNewTokens), MaxNewTokens, "expected at least 1");
        Require(
            MinLength >= 0 && MinLength <= MaxNewTokens, nameof(MinLength), MinLength,
            $"expected 0 to {nameof(MaxNewTokens)} ({MaxNewTokens})");
        Require(Beams >= 1, nameof(Beams), Beams, "expected at least 1");
        Require(double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "expected a finite number");
        Require(NoRepeatNGram >= 0, nameof(NoRepeatNGram), NoRepeatNGram, "expected at least 0 (0: no rule)");
        Require(double.IsFinite(Temperature) && Temperature > 0, nameof(Temperature), Temperature, "expected a number above 0; without "
            + $"{nameof(Sample)} decoding is greedy");
        Require(TopK >= 0, nameof(TopK), TopK, "expected at least 0 (0: all tokens)");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "expected a number above 0, at most 1 (1: all tokens)");
        Require(FirstRow >= 0, nameof(FirstRow), FirstRow, "expected at least 0");
        Require(
            !Sample || Beams == 1, nameof(Beams), Beams, $"a beam search draws nothing; leave {nameof(Sample)} out, or {nameof(Beams)} at 1");
        Require(Sample || Temperature == 1, nameof(Temperature), Temperature, $"has no effect unless {nameof(Sample)} is set");
        Require(Sample || TopK == 0, nameof(TopK), TopK, $"has no effect unless {nameof(Sample)} is set");
        Require(Sample || TopP == 1, nameof(TopP), TopP, $"has no effect unless {nameof(Sample)} is set");
    }

    /// <summary>The options with the backbone's own ids where none are given, all of them checked.</summary>
    internal GenerationOptions For(DecoderConfig config)
    {
        Validate();
        var complete = this with { EndTokens = EndTokens ?? [config.EndId], PadId = PadId ?? config.PadId };
        var known = $"the backbone's vocabulary has {config.VocabularySize} tokens, numbered from 0";
        foreach (var id in complete.EndTokens)
            Require(id >= 0 && id < config.VocabularySize, nameof(EndTokens), id, known);
        Require(complete.PadId >= 0 && complete.PadId < config.VocabularySize, nameof(PadId), complete.PadId, known);
        return complete;
    }

    private static void Require(bool condition, string option, object? value, string problem)
    {
        if (!condition)
            throw new GenerationOptionException(option, value, problem);
    }
}
