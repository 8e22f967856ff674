using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>y = x W^T + b, as <c>functional.linear</c>.</summary>
/// <remarks>
/// A decoder that writes a token for each of a few rows reads every weight for little arithmetic. libtorch's product packs the weights first and reaches about a quarter of its
/// usual speed. Where no gradient is needed, such products of CPU float32 tensors are computed here, four rows by four, from the weights as they are.
/// Results do not depend on the number of threads.
/// </remarks>
public static class LinearMap
{
    /// <summary>With more rows packing pays.</summary>
    private const long MostRows = 48;

    private const int Side = 4;
    private const int OutputsPerTask = 64;

    /// <summary>Applies a linear map.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out]; null for none.</param>
    /// <returns>[..., out].</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias) =>
        IsForFewRows(x, weight, bias) ? FewRows(x, weight, bias) : nn.functional.linear(x, weight, bias!);

    private static bool IsForFewRows(Tensor x, Tensor weight, Tensor? bias) =>
        Vector512.IsHardwareAccelerated && !is_grad_enabled() && x.dtype == ScalarType.Float32 && weight.dtype == ScalarType.Float32
        && (bias is null || (bias.dtype == ScalarType.Float32 && bias.is_contiguous()))
        && x.device_type == DeviceType.CPU && weight.device_type == DeviceType.CPU && weight.dim() == 2 && weight.shape[1] == x.shape[^1]
        && x.numel() > 0 && x.numel() <= MostRows * weight.shape[1] && weight.numel() is > 0 and < int.MaxValue / sizeof(float) && weight.is_contiguous();

    private static unsafe Tensor FewRows(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var (outputs, width) = ((int)weight.shape[0], (int)weight.shape[1]);
        var input = x.contiguous();
        var rows = (int)(input.numel() / width);
        var result = empty([.. x.shape[..^1], outputs], dtype: ScalarType.Float32);
        var product = new Product(Address(input), Address(weight), bias is null ? null : Address(bias), Address(result), rows, outputs, width);
        var tasks = (outputs + OutputsPerTask - 1) / OutputsPerTask;
        Parallel.For(
            0, tasks, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) },
            task => product.Compute(task * OutputsPerTask, Math.Min(outputs, (task + 1) * OutputsPerTask)));
        GC.KeepAlive(input);
        return scope.MoveToOuter(result);
    }

    private static unsafe float* Address(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>Where a product's operands are.</summary>
    private sealed unsafe class Product(float* x, float* weight, float* bias, float* result, int rows, int outputs, int width)
    {
        /// <summary>Computes the outputs from one number up to another. At an edge the last row or output is computed again.</summary>
        public void Compute(int first, int end)
        {
            for (var output = first; output < end; output += Side)
            {
                for (var row = 0; row < rows; row += Side)
                    Tile(row, output, end);
            }
        }

        private void Tile(int row, int output, int end)
        {
            int o1 = Math.Min(output + 1, end - 1), o2 = Math.Min(output + 2, end - 1), o3 = Math.Min(output + 3, end - 1);
            int r1 = Math.Min(row + 1, rows - 1), r2 = Math.Min(row + 2, rows - 1), r3 = Math.Min(row + 3, rows - 1);
            float* w0 = Weight(output), w1 = Weight(o1), w2 = Weight(o2), w3 = Weight(o3);
            Row(X(row), X(r1), w0, w1, w2, w3, out var a, out var b);
            Row(X(r2), X(r3), w0, w1, w2, w3, out var c, out var d);
            Store(row, a);
            Store(r1, b);
            Store(r2, c);
            Store(r3, d);

            void Store(int of, Vector128<float> sums)
            {
                var to = result + ((long)of * outputs);
                to[output] = sums[0] + Bias(output);
                to[o1] = sums[1] + Bias(o1);
                to[o2] = sums[2] + Bias(o2);
                to[o3] = sums[3] + Bias(o3);
            }
        }

        /// <summary>Two rows of x by four rows of the weight.</summary>
        private void Row(float* x0, float* x1, float* w0, float* w1, float* w2, float* w3, out Vector128<float> first, out Vector128<float> second)
        {
            Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            var i = 0;
            for (; i <= width - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> x = Vector512.Load(x0 + i), y = Vector512.Load(x1 + i);
                Vector512<float> p = Vector512.Load(w0 + i), q = Vector512.Load(w1 + i), r = Vector512.Load(w2 + i), s = Vector512.Load(w3 + i);
                a0 = Vector512.FusedMultiplyAdd(x, p, a0);
                a1 = Vector512.FusedMultiplyAdd(x, q, a1);
                a2 = Vector512.FusedMultiplyAdd(x, r, a2);
                a3 = Vector512.FusedMultiplyAdd(x, s, a3);
                b0 = Vector512.FusedMultiplyAdd(y, p, b0);
                b1 = Vector512.FusedMultiplyAdd(y, q, b1);
                b2 = Vector512.FusedMultiplyAdd(y, r, b2);
                b3 = Vector512.FusedMultiplyAdd(y, s, b3);
            }

            first = Vector128.Create(Vector512.Sum(a0), Vector512.Sum(a1), Vector512.Sum(a2), Vector512.Sum(a3));
            second = Vector128.Create(Vector512.Sum(b0), Vector512.Sum(b1), Vector512.Sum(b2), Vector512.Sum(b3));
            for (; i < width; i++)
            {
                var weights = Vector128.Create(w0[i], w1[i], w2[i], w3[i]);
                first += weights * x0[i];
                second += weights * x1[i];
            }
        }

        private float* X(int row) => x + ((long)row * width);

        private float* Weight(int output) => weight + ((long)output * width);

        private float Bias(int output) => bias is null ? 0 : bias[output];
    }
}
