using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Decoding;

/// <summary>Greedy decoding, ends, rules, and what a call leaves behind.</summary>
public sealed class TokenGeneratorTests
{
    [Fact]
    public void Greedy_is_the_most_probable_token_of_full_passes()
    {
        using var model = TinyDecoder.Model(vocabulary: 23);
        int[][] prompts = [[1, 2, 3], [22], [5, 0]];
        var found = new TokenGenerator(model).Generate(prompts, new() { MaxNewTokens = 20, EndTokens = [] });
        for (var row = 0; row < prompts.Length; row++)
        {
            Assert.Equal(TinyDecoder.Greedy(model, prompts[row], 20), found[row].Tokens);
            Assert.Equal(GenerationStop.MaxNewTokens, found[row].Stop);
        }
    }

    [Fact]
    public void Every_end_token_ends_and_is_not_part_of_the_text()
    {
        using var model = TinyDecoder.Model(vocabulary: 23);
        int[] free = TinyDecoder.Greedy(model, [1, 2, 3], 12);
        int[] distinct = [.. free.Distinct()];
        Assert.True(distinct.Length >= 2);
        foreach (var end in distinct)
        {
            var before = Array.IndexOf(free, end);
            foreach (var ends in (int[][])[[end], [end, .. Enumerable.Range(0, 23).Where(id => !free.Contains(id))]])
            {
                var found = TinyDecoder.Generate(model, [1, 2, 3], new() { MaxNewTokens = 12, EndTokens = ends });
                Assert.Equal(free[..before], found.Tokens);
                Assert.Equal((end, GenerationStop.EndToken), (found.EndToken, found.Stop));
            }
        }
    }

    [Fact]
    public void No_end_comes_before_the_least_length()
    {
        using var model = TinyDecoder.Model(vocabulary: 23);
        var first = TinyDecoder.Greedy(model, [1, 2, 3], 1)[0];
        var found = TinyDecoder.Generate(model, [1, 2, 3], new() { MaxNewTokens = 12, EndTokens = [first], MinLength = 3 });
        Assert.InRange(found.Tokens.Count, 3, 12);
        Assert.DoesNotContain(first, found.Tokens);
        var next = TinyDecoder.Next(model, [1, 2, 3]);
        var second = Enumerable.Range(0, 23).Where(id => id != first).MaxBy(id => next[id]);
        Assert.Equal(second, found.Tokens[0]);
        // Probabilities are among the tokens allowed.
        var one = TinyDecoder.Generate(model, [1, 2, 3], new() { MaxNewTokens = 1, EndTokens = [first], MinLength = 1 });
        Assert.Equal(next[second] - Math.Log(1 - Math.Exp(next[first])), one.LogProbability, 1e-9);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 3)]
    public void No_n_gram_comes_twice_and_those_of_the_prompt_do_not_count(int n, int beams)
    {
        using var model = TinyDecoder.Model(seed: 4, vocabulary: 5);
        int[] prompt = [0, 1, 2, 3, 0, 1, 2, 3];
        var options = new GenerationOptions { MaxNewTokens = 20, EndTokens = [], Beams = beams };
        Assert.NotEmpty(Repeated(TinyDecoder.Generate(model, prompt, options).Tokens, n));
        var found = TinyDecoder.Generate(model, prompt, options with { NoRepeatNGram = n });
        Assert.Empty(Repeated(found.Tokens, n));
        if (n == 1)
        {
            Assert.Equal([0, 1, 2, 3, 4], found.Tokens.Order());
            Assert.Equal(GenerationStop.NoTokenLeft, found.Stop);
        }
        else
        {
            Assert.Equal(20, found.Tokens.Count);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Nothing_is_left_behind_and_modes_are_put_back(int beams)
    {
        using var model = TinyDecoder.Model();
        model.train();
        model.Decoder.named_modules().First(pair => pair.Item1.EndsWith("attn", StringComparison.Ordinal)).Item2.eval();
        var modes = Modes(model);
        Assert.Contains(true, modes);
        Assert.Contains(false, modes);
        var options = new GenerationOptions { MaxNewTokens = 8, EndTokens = [1], Beams = beams };
        int[][] prompts = [[2, 3, 4], [5]];
        var first = new TokenGenerator(model).Generate(prompts, options); // dropout of 0.5 would show
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var second = new TokenGenerator(model).Generate(prompts, options);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(first.Select(text => text.Score), second.Select(text => text.Score));
        Assert.Equal(modes, Modes(model));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Cancelling_stops_between_steps_and_leaves_nothing_behind()
    {
        using var model = TinyDecoder.Model();
        model.train();
        using var source = new CancellationTokenSource();
        var passes = 0;
        var generator = new TokenGenerator(model, pass =>
        {
            if (++passes == 4)
                source.Cancel();
            return pass();
        });
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Throws<OperationCanceledException>(
            () => generator.Generate([[1], [2, 3]], new() { EndTokens = [], MaxNewTokens = 20 }, source.Token));
        Assert.Equal(4, passes);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.True(model.training);
    }

    [Fact]
    public void Presets_are_the_published_ones()
    {
        var nlg = GenerationOptions.AdaMixNlg(50257);
        Assert.Equal((10, 64, 0.8, 4, 0, false), (
            nlg.Beams, nlg.MaxNewTokens, nlg.LengthPenalty, nlg.NoRepeatNGram, nlg.MinLength, nlg.Sample));
        Assert.Equal([50256, 628], nlg.EndTokens);
        Assert.Null(GenerationOptions.AdaMixNlg(50256).EndTokens); // 628 is another token there
        using var model = TinyDecoder.Model(); // ends with token 10
        var found = new TokenGenerator(model).Generate([[1, 2]], GenerationOptions.AdaMixNlg(11) with { MaxNewTokens = 30 })[0];
        Assert.Equal(found.Stop == GenerationStop.EndToken ? 10 : null, found.EndToken);
    }

    private static bool[] Modes(CausalLanguageModel model) => [model.training, .. model.modules().Select(module => module.training)];

    private static IEnumerable<string> Repeated(IReadOnlyList<int> tokens, int n) =>
        Enumerable.Range(0, tokens.Count - n + 1).Select(start => string.Join(' ', tokens.Skip(start).Take(n))).GroupBy(gram => gram)
            .Where(same => same.Count() > 1).Select(same => same.Key);
}
