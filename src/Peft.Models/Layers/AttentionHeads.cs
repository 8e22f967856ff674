using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Splits hidden states into attention heads and joins them.</summary>
internal static class AttentionHeads
{
    /// <summary>[B, T, hidden] to [B, heads, T, hidden / heads].</summary>
    public static Tensor Split(Tensor x, long heads) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);

    /// <summary>[B, heads, T, hidden / heads] to [B, T, hidden].</summary>
    public static Tensor Join(Tensor mixed) => mixed.transpose(1, 2).flatten(2);
}
