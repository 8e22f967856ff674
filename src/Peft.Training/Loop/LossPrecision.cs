using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The precision in which losses are computed.</summary>
internal static class LossPrecision
{
    /// <summary>Logits of a bfloat16 head as float32, because a loss needs more digits; others unchanged.</summary>
    /// <param name="logits">Logits of any shape.</param>
    public static Tensor Widen(Tensor logits) => logits.dtype == ScalarType.BFloat16 ? logits.to_type(ScalarType.Float32) : logits;
}
