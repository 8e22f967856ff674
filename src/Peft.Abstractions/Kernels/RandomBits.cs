using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Philox4x32-7 (Salmon et al. 2011, section 3.3; 7 rounds are the fewest that pass BigCrush). The random bits depend only on a seed and a
/// position, so they can be generated in any order, on any core, and again in the backward pass.
/// </summary>
internal readonly struct RandomBits
{
    /// <summary>Elements of a block, 16 bits each.</summary>
    public const int Block = 64;

    private const int Rounds = 7;
    private const uint FirstFactor = 0xD2511F53, SecondFactor = 0xCD9E8D57;
    private const uint FirstWeyl = 0x9E3779B9, SecondWeyl = 0xBB67AE85;

    private readonly uint _low;
    private readonly uint _high;

    public RandomBits(long seed) => (_low, _high) = ((uint)seed, (uint)(seed >> 32));

    /// <summary>
    /// Samples a seed from libtorch's default generator, so that <c>manual_seed</c> and restored generator states determine the bits.
    /// </summary>
    public static long DrawSeed()
    {
        using var scope = NewDisposeScope();
        return randint(0, long.MaxValue, [1], dtype: ScalarType.Int64).item<long>();
    }

    /// <summary>The bits of a block: 16 for each of its elements, the first 32 elements' in the first vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<ushort> First, Vector512<ushort> Second) Sample(long block)
    {
        var low = Vector512.Create((ulong)uint.MaxValue);
        var counter = Vector512.Create((ulong)block * 8) + Vector512<ulong>.Indices;
        var (a, b) = (counter & low, counter >> 32);
        Vector512<ulong> c = Vector512<ulong>.Zero, d = Vector512<ulong>.Zero;
        var (first, second) = (_low, _high);
        for (var round = 0; round < Rounds; round++)
        {
            var (ab, cd) = (Product(a, FirstFactor), Product(c, SecondFactor));
            a = (cd >> 32) ^ b ^ Vector512.Create((ulong)first);
            c = (ab >> 32) ^ d ^ Vector512.Create((ulong)second);
            (b, d) = (cd & low, ab & low);
            unchecked
            {
                first += FirstWeyl;
                second += SecondWeyl;
            }
        }

        return ((a | (b << 32)).AsUInt16(), (c | (d << 32)).AsUInt16());
    }

    /// <summary>Products of numbers below 2^32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> left, uint right)
    {
        if (Avx512F.IsSupported)
            return Avx512F.Multiply(left.AsUInt32(), Vector512.Create((ulong)right).AsUInt32());
        if (Avx2.IsSupported)
        {
            var factor = Vector256.Create((ulong)right).AsUInt32();
            return Vector512.Create(Avx2.Multiply(left.GetLower().AsUInt32(), factor), Avx2.Multiply(left.GetUpper().AsUInt32(), factor));
        }

        return left * Vector512.Create((ulong)right);
    }
}
