using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Peft;

/// <summary>x Phi(x) and its derivative (Hendrycks and Gimpel 2016), exact or with Phi approximated by tanh, on contiguous memory.</summary>
/// <param name="approximates">Whether Phi(x) is (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</param>
internal sealed unsafe class GeluKernel(bool approximates)
{
    private const int Lanes = 16;
    private const float HalfSqrt = 0.70710678f; // 1 / sqrt 2
    private const float Density = 0.39894228f; // 1 / sqrt(2 pi)
    private const float Slope = 0.79788456f, Cubic = 0.044715f; // sqrt(2 / pi)

    /// <summary>The function's values.</summary>
    /// <param name="x">Contiguous, see <see cref="TensorMemory.HasKernels"/>.</param>
    /// <returns>A new tensor.</returns>
    public Tensor Values(Tensor x)
    {
        var output = empty_like(x);
        Run(x, output, differentiates: false);
        return output;
    }

    /// <summary>Multiplies gradients by the derivative, in place.</summary>
    /// <param name="x">The function's argument.</param>
    /// <param name="gradients">By the values; contiguous and of the shape and dtype of <paramref name="x"/>.</param>
    public void Differentiate(Tensor x, Tensor gradients) => Run(x, gradients, differentiates: true);

    private void Run(Tensor x, Tensor output, bool differentiates)
    {
        var (from, to, count) = ((nint)TensorMemory.Of(x), (nint)TensorMemory.Of(output), x.numel());
        var vectors = (count + Lanes - 1) / Lanes;
        if (x.dtype == ScalarType.Float32)
            Cores.For(vectors, 2 * Lanes, (start, end) => Range<Single32>((byte*)from, (byte*)to, count, start, end, differentiates));
        else
            Cores.For(vectors, 2 * Lanes, (start, end) => Range<Brain16>((byte*)from, (byte*)to, count, start, end, differentiates));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Range<T>(byte* from, byte* to, long count, long start, long end, bool differentiates)
        where T : struct, IElement
    {
        for (var vector = start; vector < end; vector++)
        {
            var at = vector * Lanes;
            if (at + Lanes <= count)
            {
                var (value, derivative) = Of(T.Load(from, at));
                T.Store(differentiates ? derivative * T.Load(to, at) : value, to, at);
                continue;
            }

            for (; at < count; at++)
            {
                var (value, derivative) = Of(Vector512.Create(T.LoadOne(from, at)));
                T.StoreOne(differentiates ? derivative.ToScalar() * T.LoadOne(to, at) : value.ToScalar(), to, at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<float> Value, Vector512<float> Derivative) Of(Vector512<float> x) => approximates ? Approximate(x) : Exact(x);

    /// <summary>erf by Abramowitz and Stegun 7.1.26, within 1.5e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Value, Vector512<float> Derivative) Exact(Vector512<float> x)
    {
        var bell = Exponential.Of(x * x * -0.5f);
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(Vector512.Abs(x), Vector512.Create(0.3275911f * HalfSqrt), Vector512<float>.One);
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(1.061405429f), t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        var tail = p * t * bell * 0.5f; // Phi(-|x|)
        var phi = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
        return (x * phi, Vector512.FusedMultiplyAdd(x * Density, bell, phi));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Value, Vector512<float> Derivative) Approximate(Vector512<float> x)
    {
        var square = x * x;
        var inner = x * Slope * Vector512.FusedMultiplyAdd(square, Vector512.Create(Cubic), Vector512<float>.One);

        // (1 + tanh u) / 2 = 1 / (1 + e^-2u)
        var phi = Vector512<float>.One / (Vector512<float>.One + Exponential.Of(inner * -2));
        var slope = Vector512.FusedMultiplyAdd(square, Vector512.Create(3 * Cubic), Vector512<float>.One) * Slope;
        return (x * phi, Vector512.FusedMultiplyAdd(x * slope * 2, phi * (Vector512<float>.One - phi), phi));
    }
}
