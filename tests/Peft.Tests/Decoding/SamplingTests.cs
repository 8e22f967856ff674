using Peft.Models;

namespace Peft.Tests.Decoding;

/// <summary>What is kept, and that draws follow the probabilities.</summary>
public sealed class SamplingTests
{
    private static readonly double[] s_logits = [.. new[] { 0.05, 0.3, 0.1, 0.4, 0.15 }.Select(share => Math.Log(share))];

    [Theory]
    [InlineData(0, 1.0, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(1, 1.0, new[] { 3 })]
    [InlineData(2, 1.0, new[] { 3, 1 })]
    [InlineData(9, 1.0, new[] { 3, 1, 4, 2, 0 })]
    [InlineData(0, 0.39, new[] { 3 })]
    [InlineData(0, 0.41, new[] { 3, 1 })]
    [InlineData(0, 0.69, new[] { 3, 1 })]
    [InlineData(0, 0.71, new[] { 3, 1, 4 })]
    [InlineData(0, 0.96, new[] { 3, 1, 4, 2, 0 })]
    [InlineData(2, 0.5, new[] { 3 })] // 0.4 of 0.7 is more than half
    [InlineData(2, 0.6, new[] { 3, 1 })]
    public void The_right_tokens_stay_with_their_shares(int topK, double topP, int[] expected)
    {
        var found = SamplingDistribution.FromLogits(s_logits, 1, topK, topP);
        Assert.Equal(expected, found.Tokens);
        var sum = expected.Sum(id => Math.Exp(s_logits[id]));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(Math.Exp(s_logits[expected[i]]) / sum, found.Probabilities[i], 1e-12);
    }

    [Fact]
    public void Temperature_comes_before_top_p_and_forbidden_tokens_have_no_share()
    {
        Assert.Equal([3], SamplingDistribution.FromLogits(s_logits, 0.1, 0, 0.9).Tokens);
        Assert.Equal([3, 1, 4, 2], SamplingDistribution.FromLogits(s_logits, 3, 0, 0.8).Tokens);
        Assert.Equal([1, 2], SamplingDistribution.FromLogits([double.NegativeInfinity, 2, 2, double.NegativeInfinity], topK: 3).Tokens);
        Assert.Equal([0.5, 0.5], SamplingDistribution.FromLogits([double.NegativeInfinity, 2, 2]).Probabilities);
    }

    [Fact]
    public void Of_equally_probable_tokens_the_lower_ids_stay() =>
        Assert.Equal([1, 3], SamplingDistribution.FromLogits([0, 1, 0, 1, 1], topK: 2).Tokens);

    [Fact]
    public void The_same_seed_draws_the_same_and_rows_draw_for_themselves()
    {
        using var model = TinyDecoder.Model();
        var options = new GenerationOptions { Sample = true, MaxNewTokens = 12, EndTokens = [], Seed = 3 };
        int[][] prompts = [[1, 2], [1, 2], [7]];
        var generator = new TokenGenerator(model);
        var first = generator.Generate(prompts, options);
        Assert.Equal(first.Select(text => string.Join(' ', text.Tokens)), generator.Generate(prompts, options)
            .Select(text => string.Join(' ', text.Tokens)));
        Assert.NotEqual(first[0].Tokens, first[1].Tokens);
        Assert.NotEqual(first[0].Tokens, generator.Generate(prompts, options with { Seed = 4 })[0].Tokens);
        TinyDecoder.AssertSame(first[0], generator.Generate([prompts[0]], options)[0]);
        TinyDecoder.AssertSame(first[2], generator.Generate([prompts[2]], options with { FirstRow = 2 })[0]);
        double sum = 0;
        for (var step = 0; step < 12; step++)
            sum += TinyDecoder.Next(model, prompts[0].Concat(first[0].Tokens.Take(step)))[first[0].Tokens[step]];
        Assert.Equal(sum, first[0].LogProbability, 1e-9);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(1.7, 0, 1)]
    [InlineData(1, 4, 1)]
    [InlineData(1, 0, 0.8)]
    public void Draws_follow_the_probabilities(double temperature, int topK, double topP)
    {
        const int Count = 4000;
        using var model = TinyDecoder.Model(seed: 9);
        int[] prompt = [4, 1];
        var first = TinyDecoder.Next(model, prompt);
        var options = new GenerationOptions {
            Sample = true, Temperature = temperature, TopK = topK, TopP = topP, MaxNewTokens = 2, EndTokens = [], Seed = 17 };
        var texts = new TokenGenerator(model).Generate([.. Enumerable.Repeat(prompt, Count)], options);
        AssertFollow(SamplingDistribution.FromLogits(first, temperature, topK, topP), [.. texts.Select(text => text.Tokens[0])]);
        var most = Array.IndexOf(first, first.Max());
        AssertFollow( // the second draw is independent of the first
            SamplingDistribution.FromLogits(TinyDecoder.Next(model, [.. prompt, most]), temperature, topK, topP),
                [.. texts.Where(text => text.Tokens[0] == most).Select(text => text.Tokens[1])]);
    }

    /// <summary>
    /// Pearson's statistic is below n - 1 + 5 sqrt(2 (n - 1)), five standard deviations above its mean; the seed is fixed.
    /// </summary>
    private static void AssertFollow(SamplingDistribution expected, int[] found)
    {
        Assert.Empty(found.Except(expected.Tokens));
        Assert.True(found.Length > 500);
        var statistic = expected.Tokens.Select(
            (token, i) => Math.Pow(found.Count(id => id == token) - (found.Length * expected.Probabilities[i]), 2) / (
            found.Length * expected.Probabilities[i])).Sum();
        var free = expected.Tokens.Count - 1;
        Assert.True(statistic < free + (5 * Math.Sqrt(2 * free)) + 1e-9, $"{statistic} with {free} degrees of freedom");
    }
}
