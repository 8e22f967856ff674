using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>A batch of token sequences.</summary>
/// <param name="Ids">Token ids, int64 [batch, length].</param>
/// <param name="Mask">1 for real tokens and 0 for padding, int64 or bool [batch, length]; null without padding (the fast path).</param>
/// <param name="TypeIds">Segment of each token, int64 [batch, length]; null means 0.</param>
public sealed record EncoderInputs(Tensor Ids, Tensor? Mask = null, Tensor? TypeIds = null) : IRowBatch<EncoderInputs>
{
    /// <inheritdoc/>
    public long RowCount => Ids.shape[0];

    /// <inheritdoc/>
    public EncoderInputs TakeRows(Tensor rows)
    {
        var index = rows.to(Ids.device);
        return new EncoderInputs(Ids.index_select(0, index), Mask?.index_select(0, index), TypeIds?.index_select(0, index));
    }
}
