using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks attention with keys and values in front of the layer's own.</summary>
internal static class AttentionChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("I18a", "a prefix and its mask stay aligned: the attention kernel gives what a plain softmax gives, whatever the mask",
            MaskIsAligned),
    ];

    private static void MaskIsAligned(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using var frozen = no_grad();
        var expected = subject.Forward(); // chooses the merged route as well
        foreach (var type in (ScalarType[])[ScalarType.Bool, ScalarType.Float32])
        {
            Require.Same(subject.Forward(subject.Batch.Ids, subject.Batch.Mask.to_type(type)), expected, "outputs with a mask of int64 "
                + $"and of {type}");
        }

        foreach (var point in subject.Model.Sites.Select(site => site.Point).OfType<AttentionPoint>().Where(point => !point.IsEmpty))
        {
            var everywhere = ones([1, 1, 1, TokenBatch.Columns], dtype: ScalarType.Bool);
            var real = subject.Batch.Mask.to_type(ScalarType.Bool).unsqueeze(1).unsqueeze(1); // [rows, 1, 1, length]
            var before = ones([TokenBatch.Columns, TokenBatch.Columns], dtype: ScalarType.Bool).tril(); // [length, length]
            Compare(point, subject, everywhere, (_, allowed) => null);
            Compare(point, subject, real, (_, allowed) => allowed);
            Compare(point, subject, real,
                (like, allowed) => like.new_zeros(allowed.shape).masked_fill(allowed.logical_not(), double.NegativeInfinity));
            Compare(point, subject, real.logical_or(before.logical_and(before.t())).logical_and(before), (_, allowed) => allowed);
        }
    }

    /// <summary>
    /// Compares the kernel on the point's output with softmax(Q [P K]^T / sqrt d) [P V] over the keys that a query may attend to.
    /// </summary>
    private static void Compare(AttentionPoint point, ConformanceSubject subject, Tensor allowed, Func<Tensor, Tensor, Tensor?> maskOf)
    {
        var (hidden, heads) = (subject.Backbone.HiddenSize, subject.Backbone.Heads);
        var (rows, length, width) = (subject.Batch.Ids.shape[0], subject.Batch.Ids.shape[1], hidden / heads);
        using var generator = new Generator(3);
        Tensor Sampled(params long[] shape) => zeros(shape).normal_(0, 1, generator);
        var (query, key, value) =
            (Sampled(rows, heads, length, width), Sampled(rows, heads, length, width), Sampled(rows, heads, length, width));
        using var pass = ForwardPass.Begin(subject.Batch.Mask);
        var given = point.Apply(Sampled(rows, length, hidden), new AttentionInputs(key, value, maskOf(key, allowed)));
        var found = nn.functional.scaled_dot_product_attention(query, given.Key, given.Value, given.Mask!);

        var added = given.Key.shape[2] - length;
        Require.That(added > 0, "the method added no keys");
        Require.Same(given.Key.narrow(2, added, length), key, "the layer's own keys and those behind the added ones");
        Require.Same(given.Value.narrow(2, added, length), value, "the layer's own values and those behind the added ones");
        var onTokens = query.matmul(key.transpose(2, 3)).masked_fill(allowed.logical_not(), double.NegativeInfinity);
        var scores = cat([query.matmul(given.Key.narrow(2, 0, added).transpose(2, 3)), onTokens], -1) / Math.Sqrt(width);
        var expected = nn.functional.softmax(scores, -1).matmul(given.Value); // [rows, heads, length, width]
        Require.Near(found, expected, 1e-5, "the kernel's attention with "
            + $"{(given.Mask is { } mask ? $"a mask of {mask.dtype}" : "no mask")} and a plain softmax");
    }
}
