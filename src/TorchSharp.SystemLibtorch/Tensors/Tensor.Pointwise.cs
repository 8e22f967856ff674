using TorchSharp.Core;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Functions of each element by itself.</content>
    public partial class Tensor
    {
        /// <summary>The absolute value of each element.</summary>
        public Tensor abs() => Ops.abs.Call(this);

        /// <summary>Replaces each element by the absolute value of each element.</summary>
        public Tensor abs_() => Ops.abs_.InPlace(this, this);

        /// <summary>The negative of each element.</summary>
        public Tensor neg() => Ops.neg.Call(this);

        /// <summary>Replaces each element by the negative of each element.</summary>
        public Tensor neg_() => Ops.neg_.InPlace(this, this);

        /// <summary>E to the power of each element.</summary>
        public Tensor exp() => Ops.exp.Call(this);

        /// <summary>Replaces each element by e to the power of each element.</summary>
        public Tensor exp_() => Ops.exp_.InPlace(this, this);

        /// <summary>E to the power of each element, minus one.</summary>
        public Tensor expm1() => Ops.expm1.Call(this);

        /// <summary>Replaces each element by e to the power of each element, minus one.</summary>
        public Tensor expm1_() => Ops.expm1_.InPlace(this, this);

        /// <summary>The natural logarithm of each element.</summary>
        public Tensor log() => Ops.log.Call(this);

        /// <summary>Replaces each element by the natural logarithm of each element.</summary>
        public Tensor log_() => Ops.log_.InPlace(this, this);

        /// <summary>The logarithm to base 2 of each element.</summary>
        public Tensor log2() => Ops.log2.Call(this);

        /// <summary>Replaces each element by the logarithm to base 2 of each element.</summary>
        public Tensor log2_() => Ops.log2_.InPlace(this, this);

        /// <summary>The logarithm to base 10 of each element.</summary>
        public Tensor log10() => Ops.log10.Call(this);

        /// <summary>Replaces each element by the logarithm to base 10 of each element.</summary>
        public Tensor log10_() => Ops.log10_.InPlace(this, this);

        /// <summary>The natural logarithm of one plus each element.</summary>
        public Tensor log1p() => Ops.log1p.Call(this);

        /// <summary>Replaces each element by the natural logarithm of one plus each element.</summary>
        public Tensor log1p_() => Ops.log1p_.InPlace(this, this);

        /// <summary>The square root of each element.</summary>
        public Tensor sqrt() => Ops.sqrt.Call(this);

        /// <summary>Replaces each element by the square root of each element.</summary>
        public Tensor sqrt_() => Ops.sqrt_.InPlace(this, this);

        /// <summary>One over the square root of each element.</summary>
        public Tensor rsqrt() => Ops.rsqrt.Call(this);

        /// <summary>Replaces each element by one over the square root of each element.</summary>
        public Tensor rsqrt_() => Ops.rsqrt_.InPlace(this, this);

        /// <summary>One over each element.</summary>
        public Tensor reciprocal() => Ops.reciprocal.Call(this);

        /// <summary>Replaces each element by one over each element.</summary>
        public Tensor reciprocal_() => Ops.reciprocal_.InPlace(this, this);

        /// <summary>-1, 0 or 1 by the sign of each element.</summary>
        public Tensor sign() => Ops.sign.Call(this);

        /// <summary>Applies <see cref="sign()"/> in place.</summary>
        public Tensor sign_() => Ops.sign_.InPlace(this, this);

        /// <summary>The sine of each element.</summary>
        public Tensor sin() => Ops.sin.Call(this);

        /// <summary>Replaces each element by the sine of each element.</summary>
        public Tensor sin_() => Ops.sin_.InPlace(this, this);

        /// <summary>The cosine of each element.</summary>
        public Tensor cos() => Ops.cos.Call(this);

        /// <summary>Replaces each element by the cosine of each element.</summary>
        public Tensor cos_() => Ops.cos_.InPlace(this, this);

        /// <summary>The hyperbolic tangent of each element.</summary>
        public Tensor tanh() => Ops.tanh.Call(this);

        /// <summary>Replaces each element by the hyperbolic tangent of each element.</summary>
        public Tensor tanh_() => Ops.tanh_.InPlace(this, this);

        /// <summary>1 / (1 + e^-x) of each element.</summary>
        public Tensor sigmoid() => Ops.sigmoid.Call(this);

        /// <summary>Replaces each element by 1 / (1 + e^-x) of each element.</summary>
        public Tensor sigmoid_() => Ops.sigmoid_.InPlace(this, this);

        /// <summary>The error function of each element.</summary>
        public Tensor erf() => Ops.erf.Call(this);

        /// <summary>Replaces each element by the error function of each element.</summary>
        public Tensor erf_() => Ops.erf_.InPlace(this, this);

        /// <summary>Each element rounded down.</summary>
        public Tensor floor() => Ops.floor.Call(this);

        /// <summary>Applies <see cref="floor()"/> in place.</summary>
        public Tensor floor_() => Ops.floor_.InPlace(this, this);

        /// <summary>Each element rounded up.</summary>
        public Tensor ceil() => Ops.ceil.Call(this);

        /// <summary>Applies <see cref="ceil()"/> in place.</summary>
        public Tensor ceil_() => Ops.ceil_.InPlace(this, this);

        /// <summary>Each element rounded towards zero.</summary>
        public Tensor trunc() => Ops.trunc.Call(this);

        /// <summary>Applies <see cref="trunc()"/> in place.</summary>
        public Tensor trunc_() => Ops.trunc_.InPlace(this, this);

        /// <summary>Each element, or zero where it is negative.</summary>
        public Tensor relu() => Ops.relu.Call(this);

        /// <summary>Applies <see cref="relu()"/> in place.</summary>
        public Tensor relu_() => Ops.relu_.InPlace(this, this);

        /// <summary>X * sigmoid(x) of each element.</summary>
        public Tensor silu() => Ops.silu.Call(this);

        /// <summary>Replaces each element by x * sigmoid(x) of each element.</summary>
        public Tensor silu_() => Ops.silu_.InPlace(this, this);

        /// <summary>The square of each element.</summary>
        public Tensor square() => Ops.square.Call(this);

        /// <summary>Whether each element is zero.</summary>
        public Tensor logical_not() => Ops.logical_not.Call(this);

        /// <summary>Applies <see cref="logical_not()"/> in place.</summary>
        public Tensor logical_not_() => Ops.logical_not_.InPlace(this, this);

        /// <summary>Each element with its bits, or its truth, turned over.</summary>
        public Tensor bitwise_not() => Ops.bitwise_not.Call(this);

        /// <summary>Applies <see cref="bitwise_not()"/> in place.</summary>
        public Tensor bitwise_not_() => Ops.bitwise_not_.InPlace(this, this);

        /// <summary>Whether each element is not a number.</summary>
        public Tensor isnan() => Ops.isnan.Call(this);

        /// <summary>Whether each element is infinite.</summary>
        public Tensor isinf() => Ops.isinf.Call(this);

        /// <summary>Whether each element is a finite number.</summary>
        public Tensor isfinite() => Ops.isfinite.Call(this);

        /// <summary>Each element rounded to that many decimals, halves to even.</summary>
        public Tensor round(long decimals = 0) => Ops.round_decimals.Call(this, decimals);

        /// <summary>Rounds in place.</summary>
        public Tensor round_(long decimals = 0) => Ops.round__decimals.InPlace(this, this, decimals);

        /// <summary>GELU of each element, by the error function.</summary>
        public Tensor gelu() => Ops.gelu.Call(this);

        /// <summary>GELU of each element, by the error function or its tanh approximation.</summary>
        public Tensor gelu(GELU.Approximate approximate) => Ops.gelu.Call(this, approximate.ToString());

        /// <summary>GELU in place.</summary>
        public Tensor gelu_() => Ops.gelu_.InPlace(this, this);

        /// <summary>The negative of each element.</summary>
        public Tensor negative() => neg();

        /// <summary>The absolute value of each element.</summary>
        public Tensor absolute() => abs();

        /// <summary>A copy with its own memory, in the graph.</summary>
        public Tensor clone() => Ops.clone.Call(this);

        /// <summary>A view of the whole tensor.</summary>
        public Tensor alias() => Ops.alias.Call(this);

        /// <summary>The same values in one contiguous block; the same tensor, by another object, where it is one already.</summary>
        public Tensor contiguous() => is_contiguous() ? Share() : Ops.contiguous.Call(this);

        /// <summary>The tensor with NaN and the infinities replaced.</summary>
        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => Ops.nan_to_num.Call(this, nan, posinf, neginf);
    }
}
