using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Adds a block's output to the stream.</summary>
internal static class Residual
{
    /// <summary>residual + site(dropout(hidden), residual).</summary>
    /// <param name="residual">The stream before the block [B, T, hidden].</param>
    /// <param name="hidden">The block's output, of that shape.</param>
    /// <param name="point">The site before the sum.</param>
    /// <param name="site">Runs the methods at the site. It is not called where there are none; dropout and sum are then one
    /// operation.</param>
    /// <param name="dropout">The dropout's probability.</param>
    /// <param name="training">Whether dropout applies.</param>
    public static Tensor Add(
        Tensor residual, Tensor hidden, StreamPoint point, Func<Tensor, Tensor, Tensor> site, double dropout, bool training) =>
        point.IsEmpty
            ? SeededDropout.AddTo(residual, hidden, dropout, training)
            : site(SeededDropout.Apply(hidden, dropout, training), residual) + residual;
}
