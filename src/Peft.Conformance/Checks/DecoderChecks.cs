using Peft.Models;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks specific to decoders: the order of tokens, and passes over parts.</summary>
internal static class DecoderChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("D1", "tokens to come change nothing before them", FutureDoesNotMatter, CheckScope.Decoders),
        new("D2", "passes over parts with a cache give the pass over all", PartsAreTheWhole, CheckScope.Decoders),
    ];

    private static void FutureDoesNotMatter(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of, float64: true);
        using var frozen = no_grad();
        var before = subject.Forward();
        for (var changed = 1; changed < TokenBatch.Columns; changed++)
        {
            var ids = subject.Batch.Ids.clone();
            ids.narrow(1, changed, 1).copy_((ids.narrow(1, changed, 1) + 7) % 37);
            var after = subject.Forward(ids, subject.Batch.Mask);
            Require.Near(after.narrow(1, 0, changed), before.narrow(
                1, 0, changed), 1e-10, $"logits before token {changed}, with it and with another,");
            Require.Apart(after.narrow(1, changed, 1), before.narrow(
                1, changed, 1), 1e-6, $"logits at token {changed}, with it and with another,");
        }
    }

    private static void PartsAreTheWhole(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of, float64: true);
        using var frozen = no_grad();
        var whole = subject.Forward();
        using var cache = new KeyValueCache();
        var done = 0;
        foreach (var width in (int[])[4, 1, 3, 1])
        {
            var inputs = new DecoderInputs(subject.Batch.Ids.narrow(1, done, width), subject.Batch.Mask.narrow(1, 0, done + width), cache);
            var part = subject.Model.Run(() => TinyDecoder.LanguageModel(subject.Model.Backbone).call(inputs));
            Require.Near(part, whole.narrow(1, done, width), 1e-10, $"logits of tokens {done} to {done + width - 1} from a cache and "
                + "from a pass over all");
            done += width;
        }
    }
}
