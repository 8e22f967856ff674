using Peft.Models;

namespace Peft.Tests.Decoding;

/// <summary>Beam search beside the enumeration of every text, and beside a search of fixed slots that keeps no cache.</summary>
public sealed class BeamSearchTests
{
    private const int End = 4;

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(-0.5)]
    public void With_enough_beams_it_is_the_exhaustive_search(double penalty)
    {
        var ended = new HashSet<bool>();
        for (var seed = 1; seed <= 4; seed++)
        {
            using var model = TinyDecoder.Model(seed, vocabulary: 5);
            var found = TinyDecoder.Generate(
                model, [seed % 4, 2], new() { Beams = 700, MaxNewTokens = 4, LengthPenalty = penalty, EndTokens = [End] });
            var (tokens, score) = Everything(model, [seed % 4, 2], 4, penalty).MaxBy(text => text.Score);
            Assert.Equal(tokens, found.EndToken is { } end ? [.. found.Tokens, end] : found.Tokens);
            Assert.Equal(score, found.Score, 1e-9);
            ended.Add(found.Stop == GenerationStop.EndToken);
        }

        Assert.Contains(penalty < 1, ended); // short texts win under small penalties, long ones under great ones
    }

    [Theory]
    [InlineData(2, 0.8, true)]
    [InlineData(3, 1.5, true)]
    [InlineData(3, -1, true)]
    [InlineData(3, 1, false)] // rows never leave, so that only the tokens in which beams differ move
    [InlineData(5, 1, false)]
    public void A_few_beams_are_slots_of_which_finished_ones_are_put_aside(int beams, double penalty, bool ends)
    {
        using var model = TinyDecoder.Model(seed: 3, vocabulary: 7);
        int[][] prompts = [[1], [2, 5, 3], [6, 6], [0, 1, 2, 3, 4]];
        var options = new GenerationOptions { Beams = beams, MaxNewTokens = 8, LengthPenalty = penalty, EndTokens = ends ? [End, 2] : [] };
        var found = new TokenGenerator(model).Generate(prompts, options);
        for (var row = 0; row < prompts.Length; row++)
        {
            var (tokens, score) = Slots(model, prompts[row], options);
            Assert.Equal(tokens, found[row].EndToken is { } end ? [.. found[row].Tokens, end] : found[row].Tokens);
            Assert.Equal(score, found[row].Score, 1e-9);
        }
    }

    [Fact]
    public void A_batch_of_unequal_lengths_is_its_prompts_one_at_a_time()
    {
        using var model = TinyDecoder.Model(seed: 5);
        int[][] prompts = [[3], [1, 2, 3, 4, 5, 6], [9, 8], [7, 7, 7]];
        foreach (var options in (GenerationOptions[])[
            new() { MaxNewTokens = 9, EndTokens = [0, 5] },
            new() { MaxNewTokens = 9, EndTokens = [0, 5], Beams = 4, LengthPenalty = 0.8, NoRepeatNGram = 2 },
            new() { MaxNewTokens = 9, EndTokens = [], Beams = 3, MinLength = 2 }])
        {
            var batch = new TokenGenerator(model).Generate(prompts, options);
            for (var row = 0; row < prompts.Length; row++)
                TinyDecoder.AssertSame(TinyDecoder.Generate(model, prompts[row], options), batch[row]);
        }
    }

    [Fact]
    public void One_beam_is_greedy_and_more_score_no_worse_here()
    {
        using var model = TinyDecoder.Model(seed: 2);
        var greedy = TinyDecoder.Generate(model, [1, 2], new() { MaxNewTokens = 6, LengthPenalty = 0, EndTokens = [] });
        var wide = TinyDecoder.Generate(model, [1, 2], new() { MaxNewTokens = 6, LengthPenalty = 0, EndTokens = [], Beams = 64 });
        Assert.Equal(TinyDecoder.Greedy(model, [1, 2], 6), greedy.Tokens);
        Assert.True(wide.Score >= greedy.Score);
    }

    /// <summary>Every text with an end, or of the greatest length, and its score.</summary>
    private static IEnumerable<(int[] Tokens, double Score)> Everything(CausalLanguageModel model, int[] prompt, int most, double penalty)
    {
        var open = new Stack<(int[] Tokens, double Sum)>([([], 0)]);
        while (open.TryPop(out var text))
        {
            var next = TinyDecoder.Next(model, prompt.Concat(text.Tokens));
            for (var id = 0; id < next.Length; id++)
            {
                (int[] Tokens, double Sum) longer = ([.. text.Tokens, id], text.Sum + next[id]);
                if (id == End || longer.Tokens.Length == most)
                    yield return (longer.Tokens, longer.Sum / Math.Pow(longer.Tokens.Length, penalty));
                else
                    open.Push(longer);
            }
        }
    }

    /// <summary>The published search: slots, those that finished at a score of -inf, every step to the last.</summary>
    private static (int[] Tokens, double Score) Slots(CausalLanguageModel model, int[] prompt, GenerationOptions options)
    {
        List<(int[] Tokens, double Sum)> slots = [([], 0)];
        (int[] Tokens, double Score) best = ([], double.NegativeInfinity);
        for (var step = 1; step <= options.MaxNewTokens; step++)
        {
            slots = [.. slots.Where(slot => !double.IsNegativeInfinity(slot.Sum))
                .SelectMany(slot => TinyDecoder.Next(model, prompt.Concat(slot.Tokens))
                    .Select((value, id) => (Tokens: (int[])[.. slot.Tokens, id], Sum: slot.Sum + value)))
                .OrderByDescending(candidate => candidate.Sum)
                .Take(options.Beams)];
            for (var slot = 0; slot < slots.Count; slot++)
            {
                if (step < options.MaxNewTokens && !options.EndTokens!.Contains(slots[slot].Tokens[^1]))
                    continue;
                var score = slots[slot].Sum / Math.Pow(step, options.LengthPenalty);
                best = score > best.Score ? (slots[slot].Tokens, score) : best;
                slots[slot] = (slots[slot].Tokens, double.NegativeInfinity);
            }
        }

        return best;
    }
}
