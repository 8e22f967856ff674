using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initial values, set in place and outside the graph.</summary>
        public static partial class init
        {
            /// <summary>Which of a weight's two sizes keeps its variance.</summary>
            public enum FanInOut
            {
                /// <summary>The inputs: the forward pass.</summary>
                FanIn = 0,
                /// <summary>The outputs: the backward pass.</summary>
                FanOut = 1,
            }

            /// <summary>What follows the weight.</summary>
            public enum NonlinearityType
            {
                /// <summary>Nothing.</summary>
                Linear = 0,
                /// <summary>A convolution.</summary>
                Conv1D = 1,
                /// <summary>A convolution.</summary>
                Conv2D = 2,
                /// <summary>A convolution.</summary>
                Conv3D = 3,
                /// <summary>A transposed convolution.</summary>
                ConvTranspose1D = 4,
                /// <summary>A transposed convolution.</summary>
                ConvTranspose2D = 5,
                /// <summary>A transposed convolution.</summary>
                ConvTranspose3D = 6,
                /// <summary>A sigmoid.</summary>
                Sigmoid = 7,
                /// <summary>A hyperbolic tangent.</summary>
                Tanh = 8,
                /// <summary>ReLU.</summary>
                ReLU = 9,
                /// <summary>Leaky ReLU.</summary>
                LeakyReLU = 10,
            }

            /// <summary>The factor that keeps the variance through a nonlinearity.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3.0,
                NonlinearityType.ReLU => Math.Sqrt(2.0),
                NonlinearityType.LeakyReLU => Math.Sqrt(2.0 / (1 + param * param)),
                _ => 1,
            };

            /// <summary>A weight's numbers of inputs and outputs.</summary>
            /// <exception cref="ArgumentException">It has fewer than two dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException($"Inputs and outputs of a tensor with {shape.Length} dimensions cannot be told: two are needed.", nameof(tensor));
                var field = shape.Skip(2).TotalSize();
                return (shape[1] * field, shape[0] * field);
            }

            /// <summary>Draws uniform over [low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) => Quietly(tensor, t => t.uniform_(low, high, generator));

            /// <summary>Draws of a normal distribution.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) => Quietly(tensor, t => t.normal_(mean, std, generator));

            /// <summary>One value.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val) => Quietly(tensor, t => t.fill_(val));

            /// <summary>Ones.</summary>
            public static Tensor ones_(Tensor tensor) => Quietly(tensor, t => t.fill_(1));

            /// <summary>Zeros.</summary>
            public static Tensor zeros_(Tensor tensor) => Quietly(tensor, t => t.zero_());

            /// <summary>Ones on the diagonal, zeros elsewhere.</summary>
            public static Tensor eye_(Tensor tensor) => Quietly(tensor, t => t.copy_(eye(t.shape[0], t.shape[1])));

            /// <summary>Glorot and Bengio's uniform distribution.</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var bound = Math.Sqrt(3) * XavierDeviation(tensor, gain);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Glorot and Bengio's normal distribution.</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => normal_(tensor, 0, XavierDeviation(tensor, gain));

            /// <inheritdoc cref="xavier_uniform_"/>
            public static Tensor glorot_uniform_(Tensor tensor, double gain = 1) => xavier_uniform_(tensor, gain);

            /// <inheritdoc cref="xavier_normal_"/>
            public static Tensor glorot_normal_(Tensor tensor, double gain = 1) => xavier_normal_(tensor, gain);

            /// <summary>He et al.'s uniform distribution.</summary>
            public static Tensor kaiming_uniform_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>He et al.'s normal distribution.</summary>
            public static Tensor kaiming_normal_(
                Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            /// <summary>Draws of a normal distribution that lie between a and b.</summary>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
            {
                // By the inverse of the distribution function, as PyTorch does: uniform over the part of its values that a and b leave.
                var low = Distribution((a - mean) / std);
                var high = Distribution((b - mean) / std);
                return Quietly(tensor, t => Ops.erfinv_.InPlace(t, t.uniform_(2 * low - 1, 2 * high - 1, generator)).mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b));
            }

            /// <summary>Orthogonal rows or columns.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1) => Quietly(tensor, t =>
            {
                var rows = t.shape[0];
                var columns = t.NumberOfElements / rows;
                var draws = randn([Math.Max(rows, columns), Math.Min(rows, columns)], t.dtype, t.device);
                var (q, r) = Ops.linalg_qr.Call2(draws);
                q = q * r.diag().sign();
                return t.copy_((rows < columns ? q.t() : q).reshape(t.shape)).mul_(gain);
            });

            private static double XavierDeviation(Tensor tensor, double gain)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            /// <summary>The normal distribution's function; .NET has no erf, libtorch has.</summary>
            private static double Distribution(double x)
            {
                using var scope = NewDisposeScope();
                return (1 + tensor(x / Math.Sqrt(2)).erf().item<double>()) / 2;
            }

            /// <summary>Runs outside the graph and lets no temporary survive.</summary>
            private static Tensor Quietly(Tensor tensor, Func<Tensor, Tensor> change)
            {
                using var grad = no_grad();
                using var scope = NewDisposeScope();
                change(tensor);
                return tensor;
            }
        }
    }
}
