using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Caches the keys and values of all previous tokens for each layer, so that a pass computes only the new tokens.</summary>
/// <remarks>
/// The cache contains virtual tokens in front of the words (prompts), but not what methods add to an attention (prefixes), which they add
/// in every pass. Do not change the model or its adapters while a cache is in use.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private const long Growth = 64;

    private readonly List<(Tensor Keys, Tensor Values)> _layers = [];

    /// <summary>The number of cached tokens, including virtual ones.</summary>
    public long Length { get; private set; }

    /// <summary>The number of virtual tokens in front of the words.</summary>
    public long VirtualTokens { get; private set; }

    /// <summary>The history of averages over tokens.</summary>
    internal PassHistory History { get; } = new();

    /// <summary>Reorders the rows after the batch changed, for example in a beam search.</summary>
    /// <param name="rows">For each new row, the index of the old one, int64 [n].</param>
    public void Reorder(Tensor rows)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < _layers.Count; i++)
        {
            var (keys, values) = _layers[i];
            _layers[i] = (Keep(keys.index_select(0, rows)), Keep(values.index_select(0, rows)));
            keys.Dispose();
            values.Dispose();
        }

        History.Reorder(rows);
    }

    /// <summary>
    /// Reorders rows that differ from their sources only in the last tokens, such as hypotheses of one prompt. The other tokens are not
    /// copied.
    /// </summary>
    /// <param name="rows">For each row, the index of its source row, int64 [rows].</param>
    /// <param name="tokens">The number of last tokens that may differ.</param>
    internal void ReorderLast(Tensor rows, long tokens)
    {
        foreach (var (keys, values) in _layers)
        {
            using var scope = NewDisposeScope();
            foreach (var all in (Tensor[])[keys, values])
            {
                var last = all.narrow(2, Length - tokens, tokens); // [batch, heads, tokens, width]
                last.copy_(last.index_select(0, rows));
            }
        }

        History.Reorder(rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (keys, values) in _layers)
        {
            keys.Dispose();
            values.Dispose();
        }

        _layers.Clear();
        History.Dispose();
    }

    /// <summary>Appends a layer's new keys and values, each [batch, heads, new, width], and returns all so far.</summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var total = Length + keys.shape[2];
        if (layer == _layers.Count)
            _layers.Add((Room(keys, total), Room(values, total)));
        var (allKeys, allValues) = _layers[layer];
        if (allKeys.shape[2] < total)
        {
            _layers[layer] = (Grown(allKeys, total), Grown(allValues, total));
            allKeys.Dispose();
            allValues.Dispose();
            (allKeys, allValues) = _layers[layer];
        }

        allKeys.narrow(2, Length, keys.shape[2]).copy_(keys);
        allValues.narrow(2, Length, keys.shape[2]).copy_(values);
        return (allKeys.narrow(2, 0, total), allValues.narrow(2, 0, total));
    }

    /// <summary>Counts a pass's tokens after all layers have appended theirs.</summary>
    internal void Advance(long tokens, long virtualTokens)
    {
        Length += tokens;
        VirtualTokens += virtualTokens;
    }

    private static Tensor Room(Tensor like, long length) =>
        Keep(empty([like.shape[0], like.shape[1], length + Growth, like.shape[3]], dtype: like.dtype, device: like.device));

    private Tensor Grown(Tensor old, long length)
    {
        var grown = Room(old, 2 * length);
        grown.narrow(2, 0, Length).copy_(old.narrow(2, 0, Length));
        return grown;
    }

    private static Tensor Keep(Tensor tensor) => tensor.DetachFromDisposeScope();
}
