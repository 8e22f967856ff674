using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Decompositions.</summary>
    public static class linalg
    {
        /// <summary>U, S and V^T with input = U diag(S) V^T, S not increasing; with <paramref name="fullMatrices"/> false U and V^T have min(rows, columns) columns and rows.</summary>
        public static (Tensor, Tensor, Tensor) svd(Tensor input, bool fullMatrices = true) => Ops.linalg_svd.Call3(input, fullMatrices, Arg.None);
    }
}
