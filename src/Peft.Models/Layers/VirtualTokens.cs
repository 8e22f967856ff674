using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Virtual tokens that methods put in front of the real ones.</summary>
internal static class VirtualTokens
{
    /// <summary>Extends a padding mask [batch, length] by ones for virtual tokens.</summary>
    /// <returns>[batch, added + length].</returns>
    public static Tensor Extend(Tensor mask, long added) =>
        added == 0 ? mask : cat([ones([mask.shape[0], added], dtype: mask.dtype, device: mask.device), mask], 1);

    /// <summary>Removes the states of virtual tokens from [batch, added + length, hidden].</summary>
    /// <returns>[batch, length, hidden]; a state of one token, which is real, stays.</returns>
    public static Tensor Remove(Tensor state, long added) =>
        added == 0 || state.shape[1] <= added ? state : state.narrow(1, added, state.shape[1] - added);
}
