using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Virtual tokens that methods put in front of the real ones.</summary>
internal static class VirtualTokens
{
    /// <summary>Extends a padding mask [batch, length] by ones for virtual tokens.</summary>
    /// <returns>[batch, added + length].</returns>
    public static Tensor Extend(Tensor mask, long added) =>
        added == 0 ? mask : cat([ones([mask.shape[0], added], dtype: mask.dtype, device: mask.device), mask], 1);

    /// <summary>One element for each virtual token that has a position; none if the real tokens keep their positions.</summary>
    /// <param name="point">Where methods put tokens before the embedded words.</param>
    public static Tensor Elements(EmbeddingPoint point)
    {
        var words = point.Words.narrow(0, 0, 1).unsqueeze(0); // [1, 1, hidden]
        var added = point.ShiftsPositions && !point.IsEmpty ? point.Apply(words) : words;
        return added.select(2, 0).select(0, 0).narrow(0, 0, added.shape[1] - 1);
    }

    /// <summary>Removes the states of virtual tokens from [batch, added + length, hidden].</summary>
    /// <returns>[batch, length, hidden]; a state of one token, which is real, stays.</returns>
    public static Tensor Remove(Tensor state, long added) =>
        added == 0 || state.shape[1] <= added ? state : state.narrow(1, added, state.shape[1] - added);
}
