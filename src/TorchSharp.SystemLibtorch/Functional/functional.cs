using TorchSharp.Core;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The functions that modules are made of.</summary>
        public static partial class functional
        {
            /// <summary>x W' + b.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Ops.peft__linear.Call(input, weights, bias);

            /// <summary>Normalises over the last dimensions, then scales and shifts.</summary>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                Ops.layer_norm.Call(input, normalized_shape, weight, bias, eps);

            /// <summary>
            /// Drops elements with probability p and scales the others up, while training. On the CPU the mask is a hash of one seed from the default generator and the
            /// element's position: the same seed gives the same mask whatever the number of threads.
            /// </summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (!training || p == 0)
                    return inplace ? input : input.Share();
                return inplace ? Ops.dropout_.InPlace(input, input, p, training) : Ops.peft__dropout.Call(input, p);
            }

            /// <summary>
            /// softmax(q k' / sqrt(width) + mask) v. The mask is bools (true: attend) or added numbers, broadcast to [batch, heads, queries, keys];
            /// causal masks are aligned at the upper left. On the CPU the scores of one batch row at a time are kept and computed again for the gradient.
            /// </summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false) =>
                Ops.peft__attention.Call(query, key, value, attn_mask, p, is_casual);

            /// <summary>A one for each index, zeros elsewhere, in a new last dimension.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Ops.one_hot.Call(x, num_classes);

            /// <summary>Divides by the p-norm over one dimension.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12) =>
                input / Ops.norm_ScalarOpt_dim.Call(input, p, new[] { dim }, true).clamp_min(eps);

            /// <summary>The cosine of the angle between vectors along one dimension.</summary>
            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-08) => Ops.cosine_similarity.Call(x1, x2, dim, eps);

            /// <summary>Pads the last dimensions: before and after the last, before and after the one before, and so on.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                mode is PaddingModes.Constant or PaddingModes.Zeros
                    ? Ops.constant_pad_nd.Call(input, pad, mode == PaddingModes.Zeros ? 0.0 : value)
                    : Ops.pad.Call(input, pad, mode.ToString().ToLowerInvariant());

            /// <summary>The larger of zero and the input.</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            /// <summary>x * sigmoid(x).</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            /// <summary>The hyperbolic tangent.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            /// <summary>1 / (1 + e^-x).</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <summary>1 / (1 + e^-x).</summary>
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_() : x.sigmoid();

            /// <summary>GELU by the error function.</summary>
            public static Tensor gelu(Tensor x) => x.gelu();

            /// <summary>GELU by the error function.</summary>
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_() : x.gelu();

            /// <summary>GELU, by the error function or its tanh approximation.</summary>
            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) =>
                inplace ? Ops.gelu_.InPlace(x, x, approximate.ToString()) : x.gelu(approximate);

            /// <summary>The input, or a part of it where it is negative.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? Ops.leaky_relu_.InPlace(input, input, negative_slope) : Ops.leaky_relu.Call(input, negative_slope);

            /// <summary>log(1 + e^(beta x)) / beta.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => Ops.softplus.Call(x, beta, threshold);

            /// <summary>log(sigmoid(x)).</summary>
            public static Tensor logsigmoid(Tensor x) => Ops.log_sigmoid.Call(x);

            /// <summary>exp(x) / sum(exp(x)) over one dimension, without overflow.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>log(softmax(x)) over one dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);
        }
    }
}
