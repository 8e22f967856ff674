using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Sets random elements to 0 and scales the others by 1 / (1 - p). The same call on the output's gradient gives the input's gradient.
/// </summary>
/// <param name="seed">The seed of the mask.</param>
/// <param name="p">The dropout probability, rounded to a multiple of 2^-16.</param>
internal sealed unsafe class DropoutKernel(long seed, double p)
{
    private readonly RandomBits _bits = new(seed);
    private readonly ushort _threshold = ThresholdOf(p);
    private readonly float _scale = (float)(1 / (1 - p));

    /// <summary>An element is kept if its 16 bits are at least this.</summary>
    public static ushort ThresholdOf(double p) => (ushort)Math.Min(Math.Round(p * 65536), ushort.MaxValue);

    /// <summary>dropout(x), or summand + dropout(x) rounded once.</summary>
    /// <param name="x">Contiguous, see <see cref="TensorMemory.HasKernels"/>.</param>
    /// <param name="summand">Contiguous and of the same shape and dtype, or null.</param>
    /// <returns>A new tensor.</returns>
    public Tensor Run(Tensor x, Tensor? summand)
    {
        var output = empty_like(x);
        var (from, to, added) =
            ((nint)TensorMemory.Pointer(x), (nint)TensorMemory.Pointer(output), summand is null ? 0 : (nint)TensorMemory.Pointer(summand));
        var count = x.numel();
        var blocks = (count + RandomBits.Block - 1) / RandomBits.Block;
        if (x.dtype == ScalarType.Float32)
            Cores.For(blocks, RandomBits.Block, (start, end) => Range<Single32>((byte*)from, (byte*)added, (byte*)to, count, start, end));
        else
            Cores.For(blocks, RandomBits.Block, (start, end) => Range<Brain16>((byte*)from, (byte*)added, (byte*)to, count, start, end));
        GC.KeepAlive(x); // the finalizer of a tensor that nothing refers to frees its memory
        GC.KeepAlive(summand);
        return output;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Range<T>(byte* from, byte* added, byte* to, long count, long start, long end)
        where T : struct, IElement
    {
        for (var block = start; block < end; block++)
        {
            var (first, second) = _bits.Sample(block);
            var at = block * RandomBits.Block;
            if (at + RandomBits.Block <= count)
            {
                Half<T>(from, added, to, at, first);
                Half<T>(from, added, to, at + 32, second);
            }
            else
            {
                Rest<T>(from, added, to, at, count, first, second);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Half<T>(byte* from, byte* added, byte* to, long at, Vector512<ushort> bits)
        where T : struct, IElement
    {
        var (lower, upper) = Keep(bits, _threshold);
        Sixteen<T>(from, added, to, at, lower);
        Sixteen<T>(from, added, to, at + 16, upper);
    }

    /// <summary>All ones for each kept element, for 32 elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Lower, Vector512<float> Upper) Keep(Vector512<ushort> bits, ushort threshold)
    {
        var kept = Vector512.GreaterThanOrEqual(bits, Vector512.Create(threshold)).AsInt16();
        var (lower, upper) = Vector512.Widen(kept);
        return (lower.AsSingle(), upper.AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Sixteen<T>(byte* from, byte* added, byte* to, long at, Vector512<float> keep)
        where T : struct, IElement
    {
        var value = (T.Load(from, at) * _scale) & keep;
        T.Store(added is null ? value : value + T.Load(added, at), to, at);
    }

    private void Rest<T>(byte* from, byte* added, byte* to, long at, long count, Vector512<ushort> first, Vector512<ushort> second)
        where T : struct, IElement
    {
        for (var index = at; index < count; index++)
        {
            var bits = index - at < 32 ? first[(int)(index - at)] : second[(int)(index - at - 32)];
            var value = bits >= _threshold ? T.LoadOne(from, index) * _scale : 0;
            T.StoreOne(added is null ? value : value + T.LoadOne(added, index), to, index);
        }
    }
}
