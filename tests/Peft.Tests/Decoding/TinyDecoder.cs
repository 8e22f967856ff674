using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Decoding;

/// <summary>A small random decoder in float64, and what it gives without a cache, row by row, for comparison.</summary>
internal static class TinyDecoder
{
    public static DecoderConfig Config(int vocabulary = 11, int positions = 32) => new()
    {
        VocabularySize = vocabulary,
        HiddenSize = 16,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 24,
        MaxPositions = positions,
        EmbeddingDropout = 0.5, // evaluation mode leaves it out
        HiddenDropout = 0.5,
        AttentionDropout = 0.5,
        InitializerRange = 0.3,
        TiesHead = false, // with a tied head every token is followed by itself
    };

    public static CausalLanguageModel Model(int seed = 7, int vocabulary = 11, int positions = 32)
    {
        manual_seed(seed);
        var model = new CausalLanguageModel(Config(vocabulary, positions));
        model.to(ScalarType.Float64);
        model.eval();
        return model;
    }

    /// <summary>Log probabilities of the token after a text, from a pass over all of it.</summary>
    public static double[] Next(CausalLanguageModel model, IEnumerable<int> tokens, Func<Func<Tensor>, Tensor>? run = null)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        long[] ids = [.. tokens.Select(id => (long)id)];
        var input = new DecoderInputs(tensor(ids, 1, ids.Length));
        var logits = run is null ? model.call(input) : run(() => model.call(input));
        return logits.select(1, ids.Length - 1).log_softmax(-1).to_type(ScalarType.Float64).data<double>().ToArray();
    }

    /// <summary>The most probable token, again and again.</summary>
    public static int[] Greedy(CausalLanguageModel model, int[] prompt, int count, Func<Func<Tensor>, Tensor>? run = null)
    {
        int[] text = prompt;
        for (var step = 0; step < count; step++)
        {
            var next = Next(model, text, run);
            text = [.. text, Array.IndexOf(next, next.Max())];
        }

        return text[prompt.Length..];
    }

    public static GeneratedSequence Generate(CausalLanguageModel model, int[] prompt, GenerationOptions options) =>
        new TokenGenerator(model).Generate([prompt], options)[0];

    /// <summary>The same tokens and, up to rounding, the same probability.</summary>
    public static void AssertSame(GeneratedSequence expected, GeneratedSequence found)
    {
        Assert.Equal(expected.Tokens, found.Tokens);
        Assert.Equal((expected.EndToken, expected.Stop), (found.EndToken, found.Stop));
        Assert.Equal(expected.LogProbability, found.LogProbability, 1e-9);
        Assert.Equal(expected.Score, found.Score, 1e-9);
    }
}
