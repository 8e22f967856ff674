using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Attention with dropout of its probabilities. It saves query, key, value, one number for each query and a seed. The backward pass
/// recomputes the scores for some rows of the batch at a time, so memory does not grow with the square of the length for all layers at once
/// (Dao et al. 2022, section 3.1).
/// </summary>
internal sealed class DroppedAttention : ICustomGradient
{
    // Scores of this many bytes at a time stay in a core's cache.
    private const long BlockBytes = 1 << 20;

    private readonly AttentionRows _rows;
    private readonly bool _needsQuery, _needsKey, _needsValue;
    private readonly long _block;

    private DroppedAttention(Tensor query, Tensor key, Tensor value, MaskRows mask, double p)
    {
        var (heads, queries, keys) = (query.shape[1], query.shape[2], key.shape[2]);
        (_needsQuery, _needsKey, _needsValue) = (query.requires_grad, key.requires_grad, value.requires_grad);
        _rows = new AttentionRows(
            heads, queries, (int)keys, (float)(1 / Math.Sqrt(query.shape[3])), mask, new RandomBits(RandomBits.DrawSeed()), p);
        _block = Math.Max(1, BlockBytes / (heads * queries * keys * sizeof(float)));
    }

    public string Name => "attention with dropout";

    /// <summary>Whether the kernel supports these inputs.</summary>
    public static bool Takes(Tensor query, Tensor key, Tensor value, Tensor? mask) =>
        TensorMemory.HasKernels(query) && key.dtype == query.dtype && value.dtype == query.dtype && key.shape[1] == query.shape[1]
            && key.shape[0] == query.shape[0]
        && query.dim() == 4 && key.shape[2] > 0 && mask is null or { requires_grad: false, shape.Length: <= 4 };

    /// <summary>softmax(Q K^T / sqrt d + mask) after dropout, times V.</summary>
    /// <param name="query">[batch, heads, queries, width].</param>
    /// <param name="key">[batch, heads, keys, width].</param>
    /// <param name="value">[batch, heads, keys, width].</param>
    /// <param name="mask">Bool, true where a query may attend, or a mask added to the scores; broadcastable to [batch, heads, queries,
    /// keys].</param>
    /// <param name="p">The dropout probability.</param>
    /// <returns>[batch, heads, queries, width], with the memory layout of [batch, queries, heads, width].</returns>
    public static Tensor Over(Tensor query, Tensor key, Tensor value, Tensor? mask, double p)
    {
        using var scope = NewDisposeScope();
        var rows = mask is null ? null : WithRows(mask, key.shape[2]);
        var attention = new DroppedAttention(query, key, value, Layout(rows, query.shape, key.shape[2]), p);
        Tensor output, logSums;
        using (no_grad())
            (output, logSums) = attention.Forward(query, key, value);
        return scope.MoveToOuter(CustomOperation.Record(attention, [query, key, value], [output], [query, key, value, logSums, rows])[0]);
    }

    public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients)
    {
        var (query, key, value, logSums) = (saved[0]!, saved[1]!, saved[2]!, saved[3]!);
        var results = (Query: _needsQuery
            ? Blank(query) : null, Key: _needsKey ? Blank(key) : null, Value: _needsValue ? Blank(value) : null);
        for (long row = 0; row < query.shape[0]; row += _block)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(_block, query.shape[0] - row);
            var (q, k, v, slope) = (
                Heads(query, row, count), Heads(key, row, count), Heads(value, row, count), Heads(gradients[0]!, row, count));
            var scores = q.bmm(k.transpose(1, 2)); // [rows * heads, queries, keys]
            var byScores = slope.bmm(v.transpose(1, 2));
            var first = row * query.shape[1] * query.shape[2];
            if (query.dtype == ScalarType.Float32)
                _rows.Backward<Single32>(scores, byScores, logSums, first);
            else
                _rows.Backward<Brain16>(scores, byScores, logSums, first);
            if (results.Value is { } byValue)
                Place(scores.transpose(1, 2).bmm(slope), byValue, row, count);
            if (results.Query is { } byQuery)
                Place(byScores.bmm(k), byQuery, row, count);
            if (results.Key is { } byKey)
                Place(byScores.transpose(1, 2).bmm(q), byKey, row, count);
        }

        return [results.Query, results.Key, results.Value];
    }

    private (Tensor Output, Tensor LogSums) Forward(Tensor query, Tensor key, Tensor value)
    {
        var output = Blank(query);
        var logSums = empty(query.shape[0] * query.shape[1] * query.shape[2], ScalarType.Float32);
        for (long row = 0; row < query.shape[0]; row += _block)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(_block, query.shape[0] - row);
            var scores = Heads(query, row, count).bmm(Heads(key, row, count).transpose(1, 2)); // [rows * heads, queries, keys]
            var first = row * query.shape[1] * query.shape[2];
            if (query.dtype == ScalarType.Float32)
                _rows.Forward<Single32>(scores, logSums, first);
            else
                _rows.Forward<Brain16>(scores, logSums, first);
            Place(scores.bmm(Heads(value, row, count)), output, row, count);
        }

        return (output, logSums);
    }

    /// <summary>A tensor of the same shape with heads after tokens in memory, the layout of the linear maps around an attention.</summary>
    private static Tensor Blank(Tensor like) =>
        empty([like.shape[0], like.shape[2], like.shape[1], like.shape[3]], like.dtype).transpose(1, 2);

    /// <summary>Some rows of the batch, [rows * heads, tokens, width]; not copied if it is one row.</summary>
    private static Tensor Heads(Tensor tensor, long row, long count) =>
        count == 1 ? tensor.select(0, row) : tensor.narrow(0, row, count).flatten(0, 1);

    /// <summary>Copies [rows * heads, tokens, width] to its place.</summary>
    private static void Place(Tensor part, Tensor whole, long row, long count) =>
        whole.narrow(0, row, count).copy_(part.view(count, whole.shape[1], whole.shape[2], whole.shape[3]));

    /// <summary>The mask with rows of full length that are contiguous in memory.</summary>
    private static Tensor WithRows(Tensor mask, long keys)
    {
        var rows = mask.dtype == ScalarType.Bool ? mask : mask.to_type(ScalarType.Float32);
        while (rows.dim() < 4)
            rows = rows.unsqueeze(0);
        return (rows.shape[3] == keys ? rows : rows.expand(rows.shape[0], rows.shape[1], rows.shape[2], keys)).contiguous();
    }

    private static unsafe MaskRows Layout(Tensor? mask, long[] query, long keys)
    {
        if (mask is null)
            return default;
        long Stride(int dimension) => mask.shape[dimension] == 1 ? 0 : mask.shape[dimension] == query[dimension] ? mask.stride(dimension)
            : throw new ArgumentException($"an attention mask of shape [{string.Join(", ", mask.shape)}] does not broadcast to "
                + $"[{query[0]}, {query[1]}, {query[2]}, {keys}].", nameof(mask));
        return new MaskRows((nint)TensorMemory.Pointer(mask), mask.dtype == ScalarType.Bool, Stride(0), Stride(1), Stride(2));
    }
}
