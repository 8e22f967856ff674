using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The mask of an attention, with the strides of its rows.</summary>
/// <param name="Memory">The first element; 0 for no mask.</param>
/// <param name="IsBool">Whether the mask is bool, true where a query may attend; otherwise it is float32 and added to scores.</param>
/// <param name="Batch">Elements from one batch row to the next; 0 if they share a mask.</param>
/// <param name="Head">Elements from one head to the next.</param>
/// <param name="Query">Elements from one query to the next.</param>
internal readonly record struct MaskRows(nint Memory, bool IsBool, long Batch, long Head, long Query);

/// <summary>
/// The attention's operations on rows of scores, each in a single pass: scale, mask, softmax and dropout, and their gradient.
/// </summary>
/// <param name="heads">The number of heads.</param>
/// <param name="queries">The number of queries in each head.</param>
/// <param name="keys">The number of keys, which is the length of a row.</param>
/// <param name="scale">Factor of the scores.</param>
/// <param name="mask">The mask.</param>
/// <param name="bits">Random bits of the dropout.</param>
/// <param name="p">The dropout probability.</param>
internal sealed unsafe class AttentionRows(long heads, long queries, int keys, float scale, MaskRows mask, RandomBits bits, double p)
{
    private const int Lanes = 16;

    // Whole blocks of random bits for each row, so that rows are independent.
    private readonly int _padded = (keys + RandomBits.Block - 1) / RandomBits.Block * RandomBits.Block;
    private readonly ushort _threshold = DropoutKernel.ThresholdOf(p);
    private readonly float _keep = (float)(1 / (1 - p));

    /// <summary>Converts scores to probabilities after dropout, in place.</summary>
    /// <param name="scores">[rows of the batch, heads, queries, keys], contiguous.</param>
    /// <param name="logSums">Receives log of the sum of exponentials of each row, float32.</param>
    /// <param name="firstRow">The index of the first row of scores in the whole batch.</param>
    public void Forward<T>(Tensor scores, Tensor logSums, long firstRow)
        where T : struct, IElement
    {
        var (memory, sums) = ((nint)TensorMemory.Pointer(scores), (nint)TensorMemory.Pointer(logSums));
        Cores.For(scores.numel() / keys, 2 * keys, (start, end) =>
        {
            var scratch = new float[_padded];
            fixed (float* row = scratch)
            {
                for (var index = start; index < end; index++)
                {
                    var at = (byte*)memory + (index * keys * T.Size);
                    ((float*)sums)[firstRow + index] = Normalize<T>(at, row, firstRow + index);
                    Drop(row, row, firstRow + index);
                    Write<T>(row, at);
                }
            }
        });
        GC.KeepAlive(scores); // the finalizer of a tensor that nothing refers to frees its memory
        GC.KeepAlive(logSums);
    }

    /// <summary>
    /// Recomputes probabilities after dropout from the scores, and converts gradients with respect to them to gradients with respect to the
    /// query-key products, both in place: dS = scale P (m dP - sum(P m dP)), where m are the dropout's factors.
    /// </summary>
    /// <param name="scores">[rows of the batch, heads, queries, keys], contiguous.</param>
    /// <param name="gradients">With respect to the probabilities after dropout; of the shape of scores.</param>
    /// <param name="logSums">The values from <see cref="Forward"/>.</param>
    /// <param name="firstRow">The index of the first row of scores in the whole batch.</param>
    public void Backward<T>(Tensor scores, Tensor gradients, Tensor logSums, long firstRow)
        where T : struct, IElement
    {
        var (memory, slopes, sums) =
            ((nint)TensorMemory.Pointer(scores), (nint)TensorMemory.Pointer(gradients), (nint)TensorMemory.Pointer(logSums));
        Cores.For(scores.numel() / keys, 2 * keys, (start, end) =>
        {
            var scratch = new float[3 * _padded];
            fixed (float* row = scratch)
            {
                var dropped = row + _padded;
                var gradient = dropped + _padded;
                for (var index = start; index < end; index++)
                {
                    var at = (byte*)memory + (index * keys * T.Size);
                    var slope = (byte*)slopes + (index * keys * T.Size);
                    Read<T>(at, row, firstRow + index);
                    Exponentials(row, ((float*)sums)[firstRow + index]);
                    Copy<T>(slope, gradient);
                    Drop(row, dropped, firstRow + index);
                    Differentiate(row, dropped, gradient);
                    Write<T>(dropped, at);
                    Write<T>(gradient, slope);
                }
            }
        });
        GC.KeepAlive(scores);
        GC.KeepAlive(gradients);
        GC.KeepAlive(logSums);
    }

    /// <summary>
    /// The probabilities of a row, and the logarithm of the sum of its exponentials. If all is masked, 0 (as in libtorch) and infinity.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Normalize<T>(byte* scores, float* row, long number)
        where T : struct, IElement
    {
        Read<T>(scores, row, number);
        var largest = Vector512.Create(float.NegativeInfinity);
        for (var at = 0; at < _padded; at += Lanes)
            largest = Vector512.Max(largest, Vector512.Load(row + at));
        var max = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++)
            max = MathF.Max(max, largest[lane]);
        if (float.IsNegativeInfinity(max))
        {
            new Span<float>(row, _padded).Clear();
            return float.PositiveInfinity;
        }

        var sums = Vector512<float>.Zero;
        for (var at = 0; at < _padded; at += Lanes)
        {
            var value = Exponential.Compute(Vector512.Load(row + at) - Vector512.Create(max));
            sums += value;
            value.Store(row + at);
        }

        var sum = Vector512.Sum(sums);
        var factor = Vector512.Create(1 / sum);
        for (var at = 0; at < _padded; at += Lanes)
            (Vector512.Load(row + at) * factor).Store(row + at);
        return max + MathF.Log(sum);
    }

    /// <summary>Scaled and masked scores; minus infinity after the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read<T>(byte* scores, float* row, long number)
        where T : struct, IElement
    {
        Copy<T>(scores, row);
        var query = number % queries;
        var head = number / queries % heads;
        var offset = (number / queries / heads * mask.Batch) + (head * mask.Head) + (query * mask.Query);
        for (var at = 0; at + Lanes <= keys; at += Lanes)
        {
            var value = Vector512.Load(row + at) * scale;
            if (mask.Memory != 0 && mask.IsBool)
            {
                var (low, high) = Vector256.Widen(Vector256.WidenLower(Vector128.Load((byte*)mask.Memory + offset + at).ToVector256()));
                value = Vector512.ConditionalSelect(
                    Vector512.Equals(Vector512.Create(low, high), Vector512<uint>.Zero)
                        .AsSingle(), Vector512.Create(float.NegativeInfinity), value);
            }
            else if (mask.Memory != 0)
            {
                value += Vector512.Load((float*)mask.Memory + offset + at);
            }

            value.Store(row + at);
        }

        for (var at = keys / Lanes * Lanes; at < keys; at++)
        {
            row[at] *= scale;
            if (mask.Memory != 0 && mask.IsBool)
                row[at] = ((byte*)mask.Memory)[offset + at] == 0 ? float.NegativeInfinity : row[at];
            else if (mask.Memory != 0)
                row[at] += ((float*)mask.Memory)[offset + at];
        }

        new Span<float>(row + keys, _padded - keys).Fill(float.NegativeInfinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Exponentials(float* row, float logSum)
    {
        for (var at = 0; at < _padded; at += Lanes)
            Exponential.Compute(Vector512.Load(row + at) - Vector512.Create(logSum)).Store(row + at);
    }

    /// <summary>Drops elements and scales the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Drop(float* from, float* to, long number)
    {
        for (var at = 0; at < _padded; at += RandomBits.Block)
        {
            var (first, second) = bits.Sample(((number * _padded) + at) / RandomBits.Block);
            var ((a, b), (c, d)) = (DropoutKernel.Keep(first, _threshold), DropoutKernel.Keep(second, _threshold));
            ((Vector512.Load(from + at) * _keep) & a).Store(to + at);
            ((Vector512.Load(from + at + 16) * _keep) & b).Store(to + at + 16);
            ((Vector512.Load(from + at + 32) * _keep) & c).Store(to + at + 32);
            ((Vector512.Load(from + at + 48) * _keep) & d).Store(to + at + 48);
        }
    }

    /// <summary>With P m in <paramref name="dropped"/>: P m dP = dropped dP, so that dS = scale (dropped dP - P sum(dropped dP)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differentiate(float* probabilities, float* dropped, float* gradient)
    {
        var sums = Vector512<float>.Zero;
        for (var at = 0; at < _padded; at += Lanes)
        {
            var product = Vector512.Load(dropped + at) * Vector512.Load(gradient + at);
            sums += product;
            product.Store(gradient + at);
        }

        var sum = Vector512.Create(Vector512.Sum(sums));
        for (var at = 0; at < _padded; at += Lanes)
            ((Vector512.Load(gradient + at) - (Vector512.Load(probabilities + at) * sum)) * scale).Store(gradient + at);
    }

    /// <summary>A row as float32; zeros after the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy<T>(byte* from, float* row)
        where T : struct, IElement
    {
        var at = 0;
        for (; at + Lanes <= keys; at += Lanes)
            T.Load(from, at).Store(row + at);
        for (; at < keys; at++)
            row[at] = T.LoadOne(from, at);
        new Span<float>(row + keys, _padded - keys).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write<T>(float* row, byte* to)
        where T : struct, IElement
    {
        var at = 0;
        for (; at + Lanes <= keys; at += Lanes)
            T.Store(Vector512.Load(row + at), to, at);
        for (; at < keys; at++)
            T.StoreOne(row[at], to, at);
    }
}
