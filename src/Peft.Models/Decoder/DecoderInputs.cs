using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>A batch of token sequences for a decoder.</summary>
/// <param name="Ids">Token ids, int64 [batch, length]; with a cache, only the new ones.</param>
/// <param name="Mask">1 for real tokens and 0 for padding, on the left or on the right, int64 or bool [batch, length so far, including
/// cached tokens]; null without padding.</param>
/// <param name="Cache">Keys and values of the previous tokens, to which those of the new tokens are appended; null for none.</param>
public sealed record DecoderInputs(Tensor Ids, Tensor? Mask = null, KeyValueCache? Cache = null) : IRowBatch<DecoderInputs>
{
    /// <inheritdoc/>
    public long RowCount => Ids.shape[0];

    /// <inheritdoc/>
    public DecoderInputs TakeRows(Tensor rows)
    {
        var index = rows.to(Ids.device);
        return new DecoderInputs(Ids.index_select(0, index), Mask?.index_select(0, index), Cache);
    }
}
