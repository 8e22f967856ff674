using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft;

/// <summary>The keys, values and mask of a self-attention.</summary>
/// <param name="Key">[batch, heads, length, width].</param>
/// <param name="Value">[batch, heads, length, width].</param>
/// <param name="Mask">A bool mask that is true where a query may attend, or a mask that is added to scores (0 where it may attend),
/// broadcastable to [batch, heads, queries, length]. Null if every query may attend to all tokens.</param>
/// <param name="Gates">Factors of keys and values for each query, [batch, 1, queries, length]; null for 1.</param>
public readonly record struct AttentionInputs(Tensor Key, Tensor Value, Tensor? Mask, Tensor? Gates = null)
{
    /// <summary>
    /// softmax(Q K^T / sqrt d + mask) V (Vaswani et al. 2017, equation 1), on the fastest available path. With gates g: softmax(g Q K^T /
    /// sqrt d + mask) g V.
    /// </summary>
    /// <param name="query">[batch, heads, queries, width].</param>
    /// <param name="dropout">Dropout of the probabilities; 0 outside training.</param>
    /// <returns>[batch, heads, queries, width].</returns>
    public Tensor Over(Tensor query, double dropout)
    {
        if (Gates is not { } gates)
        {
            return dropout is > 0 and < 1 && DroppedAttention.Takes(query, Key, Value, Mask)
                ? DroppedAttention.Over(query, Key, Value, Mask, dropout)
                : functional.scaled_dot_product_attention(query, Key, Value, Mask!, dropout);
        }

        var scores = query.matmul(Key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1]) * gates;
        if (Mask is { } mask)
            scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask;
        return (SeededDropout.Apply(functional.softmax(scores, -1), dropout, dropout > 0) * gates).matmul(Value);
    }
}
