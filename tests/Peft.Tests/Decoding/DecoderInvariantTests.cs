using Peft.Models;
using Peft.Tests.Conformance;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Tests.Decoding;

/// <summary>For every method: tokens to come change nothing, and a cache gives what a pass over everything gives.</summary>
public sealed class DecoderInvariantTests
{
    private const int Length = 9;

    public static IEnumerable<TheoryDataRow<string, string, bool>> Methods => DecoderSubject.All;

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_token_changes_no_logits_before_it(string method, string settings, bool mixed)
    {
        using var frozen = no_grad();
        using var subject = new DecoderSubject(method, mixed, settings);
        foreach (var mask in Masks())
        {
            var (ids, other) = (Ids(), Ids());
            var before = subject.Forward(ids, mask);
            for (var changed = 5; changed < Length; changed++)
            {
                other.copy_(ids);
                other.narrow(1, changed, 1).copy_((ids.narrow(1, changed, 1) + 7).remainder(19));
                var after = subject.Forward(other, mask);
                Assert.True(Subject.Difference(
                    before.narrow(1, 0, changed), after.narrow(1, 0, changed)) < 1e-12, $"token {changed} changed logits before it");
                Assert.True(Subject.Difference(
                    before.narrow(1, changed, 1), after.narrow(1, changed, 1)) > 1e-3, $"token {changed} changed nothing");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Passes_over_parts_with_a_cache_are_one_pass_over_all(string method, string settings, bool mixed)
    {
        using var frozen = no_grad();
        using var subject = new DecoderSubject(method, mixed, settings);
        foreach (var mask in Masks())
        {
            var all = subject.Forward(Ids(), mask);
            using var cache = new KeyValueCache();
            var done = 0;
            foreach (var width in (int[])[5, 1, 2, 1])
            {
                var part = subject.Forward(Ids().narrow(1, done, width), mask?.narrow(1, 0, done + width), cache);
                Assert.True(Subject.Difference(all.narrow(1, done, width), part) < 1e-10, $"tokens {done} to {done + width} differ");
                done += width;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Padding_on_the_left_changes_nothing(string method, string settings, bool mixed)
    {
        using var frozen = no_grad();
        using var subject = new DecoderSubject(method, mixed, settings);
        var padded = subject.Forward(Ids(), Padded());
        for (var row = 0; row < 3; row++)
        {
            var alone = subject.Forward(Ids().narrow(0, row, 1).narrow(1, 2 * row, Length - (2 * row)));
            Assert.True(Subject.Difference(
                alone, padded.narrow(0, row, 1).narrow(1, 2 * row, Length - (2 * row))) < 1e-10, $"row {row} differs");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Generation_from_a_batch_is_that_of_full_passes(string method, string settings, bool mixed)
    {
        using var subject = new DecoderSubject(method, mixed, settings);
        var generator = new TokenGenerator(subject.Language, subject.Model.Run);
        foreach (var inference in mixed
            ? (MixtureInference[])[MixtureInference.Merged, MixtureInference.Ensemble, MixtureInference.Fixed] : [MixtureInference.Merged])
        {
            if (mixed)
                subject.Model.Adapter!.Router!.Inference = inference;
            int[][] prompts = [[1], [4, 3, 2, 1], [18, 7]];
            var found = generator.Generate(prompts, new() { MaxNewTokens = 6, EndTokens = [] });
            var beams = generator.Generate(prompts, new() { MaxNewTokens = 6, EndTokens = [3], Beams = 3 });
            for (var row = 0; row < 3; row++)
            {
                Assert.Equal(TinyDecoder.Greedy(subject.Language, prompts[row], 6, subject.Model.Run), found[row].Tokens);
                TinyDecoder.AssertSame(generator.Generate(
                    [prompts[row]], new() { MaxNewTokens = 6, EndTokens = [3], Beams = 3 })[0], beams[row]);
                Assert.Equal(Sum(
                    subject, prompts[row], [.. beams[row].Tokens, .. beams[row].EndToken is { } end ? [end] : (int[])[]]),
                    beams[row].LogProbability, 1e-9);
            }
        }
    }

    [Fact]
    public void A_learned_router_takes_each_token_as_in_full_passes()
    {
        using var subject = new DecoderSubject("lora", mixed: true, "adamix.routing=switch");
        subject.Model.Adapter!.Router!.Inference = MixtureInference.Routed;
        int[][] prompts = [[1], [4, 3, 2, 1]];
        var found = new TokenGenerator(subject.Language, subject.Model.Run).Generate(prompts, new() { MaxNewTokens = 6, EndTokens = [] });
        for (var row = 0; row < prompts.Length; row++)
            Assert.Equal(TinyDecoder.Greedy(subject.Language, prompts[row], 6, subject.Model.Run), found[row].Tokens);
    }

    private static double Sum(DecoderSubject subject, int[] prompt, int[] tokens) =>
        tokens.Select((token, step) => TinyDecoder.Next(subject.Language, prompt.Concat(tokens.Take(step)), subject.Model.Run)[token])
            .Sum();

    /// <summary>None, and padding of 0, 2 and 4 tokens on the left.</summary>
    private static IEnumerable<Tensor?> Masks() => [null, Padded()];

    private static Tensor Ids() =>
        tensor(Enumerable.Range(0, 3 * Length).Select(i => ((i * 11L) + (i / Length)) % 19).ToArray(), 3, Length);

    private static Tensor Padded() =>
        tensor(Enumerable.Range(0, 3 * Length).Select(i => i % Length >= 2 * (i / Length) ? 1L : 0L).ToArray(), 3, Length);
}
