using TorchSharp.Core;

namespace TorchSharp;

/// <content>What the generated forms of functions need beside libtorch's operators.</content>
public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The result in another element type, where one was asked for.</summary>
        internal Tensor Typed(ScalarType? type) => type is { } t ? to_type(t) : this;

        private static string? Rounding(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();

        private (Tensor, Tensor, Tensor) Distinct(bool sorted, bool inverse, bool counts, int? dim) => dim is { } d
            ? Ops.unique_dim.Call3(this, (long)d, sorted, inverse, counts)
            : Ops._unique2.Call3(this, sorted, inverse, counts);
    }
}
