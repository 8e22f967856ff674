using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// AdamW and the gradient norm over CPU tensors in float32 and float64. Each is one pass over memory, vectorised and on all cores, instead
/// of ten operators for each parameter. Results do not depend on the number of threads: chunks have a fixed size and their sums are added
/// in order.
/// </summary>
internal static unsafe class VectorAdamW
{
    /// <summary>
    /// Elements of a chunk that one thread processes. The size is fixed, so that sums over chunks do not depend on the number of threads.
    /// </summary>
    private const int Piece = 1 << 16;

    private readonly record struct Update(
        bool IsDouble, nint Values, nint Gradients, nint Means, nint Squares, int Count, AdamWNumbers Numbers);

    /// <summary>Updates parameters.</summary>
    /// <param name="states">Parameters, each with its gradient, all contiguous.</param>
    /// <param name="numbers">Gives the coefficients of a parameter's update.</param>
    public static void Step(IReadOnlyList<(AdamWState State, Tensor Gradient)> states, Func<AdamWState, AdamWNumbers> numbers)
    {
        var updates = new List<Update>();
        long elements = 0;
        foreach (var (state, gradient) in states)
        {
            var (isDouble, length) = (state.Parameter.dtype == ScalarType.Float64, state.Parameter.numel());
            var (p, g, m, v) = (Address(state.Parameter), Address(gradient), Address(state.Mean), Address(state.Square));
            var (of, size) = (numbers(state), isDouble ? sizeof(double) : sizeof(float));
            for (long start = 0; start < length; start += Piece)
            {
                var at = (nint)(start * size);
                updates.Add(new Update(isDouble, p + at, g + at, m + at, v + at, (int)Math.Min(Piece, length - start), of));
            }

            elements += length;
        }

        ForEach(updates.Count, elements, piece => Apply(updates[piece]));
        GC.KeepAlive(states); // the finalizer of a tensor that nothing refers to frees its memory
    }

    /// <summary>Computes the sum of squares of all gradients, in float64.</summary>
    /// <param name="gradients">Contiguous gradients.</param>
    public static double SumOfSquares(IReadOnlyList<Tensor> gradients)
    {
        var pieces = new List<(bool IsDouble, nint Address, long Start, int Count)>();
        long elements = 0;
        foreach (var gradient in gradients)
        {
            var (address, length) = (Address(gradient), gradient.numel());
            for (long start = 0; start < length; start += Piece)
                pieces.Add((gradient.dtype == ScalarType.Float64, address, start, (int)Math.Min(Piece, length - start)));
            elements += length;
        }

        var sums = new double[pieces.Count];
        ForEach(pieces.Count, elements, piece =>
        {
            var (isDouble, address, start, count) = pieces[piece];
            sums[piece] = isDouble
                ? SumOfSquares(new ReadOnlySpan<double>((double*)address + start, count))
                : SumOfSquares(new ReadOnlySpan<float>((float*)address + start, count));
        });
        GC.KeepAlive(gradients);
        return sums.Sum(); // in the pieces' order
    }

    private static nint Address(Tensor tensor) => (nint)TensorMemory.Pointer(tensor);

    private static void ForEach(int pieces, long elements, Action<int> work)
    {
        if (pieces == 0)
            return;
        Cores.For(pieces, elements / pieces, (start, end) =>
        {
            for (var piece = start; piece < end; piece++)
                work((int)piece);
        });
    }

    private static void Apply(Update of)
    {
        if (of.IsDouble)
            Apply<double>(of);
        else
            Apply<float>(of);
    }

    private static void Apply<T>(Update of)
        where T : unmanaged, IRootFunctions<T>
    {
        var values = new Span<T>((T*)of.Values, of.Count);
        var gradients = new Span<T>((T*)of.Gradients, of.Count);
        var means = new Span<T>((T*)of.Means, of.Count);
        var squares = new Span<T>((T*)of.Squares, of.Count);
        var (scale, keep, size) = (Constant(of.Numbers.Scale), Constant(of.Numbers.Keep), Constant(of.Numbers.Size));
        var (root, epsilon) = (Constant(of.Numbers.Root), Constant(of.Numbers.Epsilon));
        var (beta1, new1, beta2, new2) =
            (Constant(AdamWSettings.Beta1), Constant(1 - AdamWSettings.Beta1), Constant(AdamWSettings.Beta2),
                Constant(1 - AdamWSettings.Beta2));
        var manyValues = MemoryMarshal.Cast<T, Vector<T>>(values);
        var manyGradients = MemoryMarshal.Cast<T, Vector<T>>(gradients);
        var manyMeans = MemoryMarshal.Cast<T, Vector<T>>(means);
        var manySquares = MemoryMarshal.Cast<T, Vector<T>>(squares);
        var (divisor, floor) = (new Vector<T>(root), new Vector<T>(epsilon));
        for (var i = 0; i < manyValues.Length; i++)
        {
            var gradient = manyGradients[i] * scale;
            var mean = (manyMeans[i] * beta1) + (gradient * new1);
            var square = (manySquares[i] * beta2) + (gradient * gradient * new2);
            (manyMeans[i], manySquares[i]) = (mean, square);
            manyValues[i] = (manyValues[i] * keep) - (mean * size / ((Vector.SquareRoot(square) / divisor) + floor));
        }

        for (var i = manyValues.Length * Vector<T>.Count; i < values.Length; i++)
        {
            var gradient = gradients[i] * scale;
            means[i] = (means[i] * beta1) + (gradient * new1);
            squares[i] = (squares[i] * beta2) + (gradient * gradient * new2);
            values[i] = (values[i] * keep) - (means[i] * size / ((T.Sqrt(squares[i]) / root) + epsilon));
        }

        static T Constant(double number) => T.CreateTruncating(number);
    }

    private static double SumOfSquares(ReadOnlySpan<double> values)
    {
        var many = MemoryMarshal.Cast<double, Vector<double>>(values);
        var sum = Vector<double>.Zero;
        foreach (var vector in many)
            sum += vector * vector;
        var total = Vector.Sum(sum);
        foreach (var value in values[(many.Length * Vector<double>.Count)..])
            total += value * value;
        return total;
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var many = MemoryMarshal.Cast<float, Vector<float>>(values);
        var sum = Vector<double>.Zero;
        foreach (var vector in many)
        {
            Vector.Widen(vector, out var low, out var high);
            sum += (low * low) + (high * high);
        }

        var total = Vector.Sum(sum);
        foreach (var value in values[(many.Length * Vector<float>.Count)..])
            total += (double)value * value;
        return total;
    }
}
