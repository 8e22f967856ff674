using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Peft;

/// <summary>Reads a tensor's elements as float32 and writes them.</summary>
internal unsafe interface IElement
{
    /// <summary>Size of an element in bytes.</summary>
    static abstract int Size { get; }

    /// <summary>Loads sixteen elements.</summary>
    static abstract Vector512<float> Load(byte* from, long index);

    /// <summary>Loads one element.</summary>
    static abstract float LoadOne(byte* from, long index);

    /// <summary>Stores sixteen elements, rounded to nearest even.</summary>
    static abstract void Store(Vector512<float> values, byte* to, long index);

    /// <summary>Stores one element, rounded to nearest even.</summary>
    static abstract void StoreOne(float value, byte* to, long index);
}

/// <summary>float32.</summary>
internal readonly unsafe struct Single32 : IElement
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* from, long index) => Vector512.Load((float*)from + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* from, long index) => ((float*)from)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* to, long index) => values.Store((float*)to + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(float value, byte* to, long index) => ((float*)to)[index] = value;
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct Brain16 : IElement
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* from, long index)
    {
        var halves = Vector256.Load((ushort*)from + index);
        var (lower, upper) = Vector256.Widen(halves);
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(byte* from, long index) => BitConverter.UInt32BitsToSingle((uint)((ushort*)from)[index] << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* to, long index)
    {
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        var notNumber = ~Vector512.Equals(values, values).AsUInt32();
        rounded = Vector512.ConditionalSelect(notNumber, Vector512.Create(0x7FC0u), rounded);
        Vector256.Narrow(rounded.GetLower(), rounded.GetUpper()).Store((ushort*)to + index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(float value, byte* to, long index)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        ((ushort*)to)[index] = float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
