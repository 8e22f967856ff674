using TorchSharp.Core;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Helpers around parameters.</summary>
        public static partial class utils
        {
            /// <summary>Scales the gradients down together so that their norm is at most <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var grad = no_grad();
                using var scope = NewDisposeScope();
                var gradients = tensors.Select(parameter => parameter.grad).OfType<Tensor>().ToArray();
                if (gradients.Length == 0)
                    return 0;
                var norms = stack(Ops._foreach_norm_Scalar.CallList(gradients, norm_type));
                var total = (double.IsPositiveInfinity(norm_type) ? norms.max() : Ops.norm_Scalar.Call(norms, norm_type)).ToDouble();
                var factor = max_norm / (total + 1e-6);
                if (factor < 1)
                    Ops._foreach_mul__Scalar.Run(gradients, factor);
                return total;
            }

            /// <summary>Holds each element of the gradients between plus and minus <paramref name="clip_value"/>.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var grad = no_grad();
                using var scope = NewDisposeScope();
                foreach (var parameter in tensors)
                    parameter.grad?.clamp_(-clip_value, clip_value);
            }

            /// <summary>All elements of the parameters in one vector.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors) => cat(tensors.Select(parameter => parameter.reshape(-1)).ToArray());

            /// <summary>Sets the parameters from one vector of all their elements.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var grad = no_grad();
                using var scope = NewDisposeScope();
                var offset = 0L;
                foreach (var parameter in tensors)
                {
                    parameter.copy_(vec.narrow(0, offset, parameter.NumberOfElements).view_as(parameter));
                    offset += parameter.NumberOfElements;
                }
            }
        }
    }
}
