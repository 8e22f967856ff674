using TorchSharp.Core;

namespace TorchSharp;

/// <summary>A number or bool as an operator takes it: whole, real or true/false. Made by the implicit conversions.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly ValueTag Tag;
    internal readonly long Bits;

    private Scalar(ValueTag tag, long bits)
    {
        Tag = tag;
        Bits = bits;
    }

    /// <summary>Int64, Float64 or Bool.</summary>
    public torch.ScalarType Type => Tag switch
    {
        ValueTag.Int => torch.ScalarType.Int64,
        ValueTag.Double => torch.ScalarType.Float64,
        _ => torch.ScalarType.Bool,
    };

    /// <summary>Does nothing: a scalar holds no native memory here.</summary>
    public void Dispose()
    {
    }

    /// <summary>A whole number.</summary>
    public static implicit operator Scalar(byte value) => Whole(value);

    /// <summary>A whole number.</summary>
    public static implicit operator Scalar(sbyte value) => Whole(value);

    /// <summary>A whole number.</summary>
    public static implicit operator Scalar(short value) => Whole(value);

    /// <summary>A whole number.</summary>
    public static implicit operator Scalar(int value) => Whole(value);

    /// <summary>A whole number.</summary>
    public static implicit operator Scalar(long value) => Whole(value);

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(Half value) => Real((double)value);

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(float value) => Real(value);

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(double value) => Real(value);

    /// <summary>True or false.</summary>
    public static implicit operator Scalar(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    /// <summary>What an operator gave back.</summary>
    internal static Scalar From(Value value) => new(value.Tag, value.Integer);

    internal double AsDouble() => Tag == ValueTag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long AsLong() => Tag == ValueTag.Double ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;

    private static Scalar Whole(long value) => new(ValueTag.Int, value);

    private static Scalar Real(double value) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value));
}

/// <summary>Conversions from and to <see cref="Scalar"/>.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>The number as a scalar.</summary>
    public static Scalar ToScalar(this byte value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this sbyte value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this short value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this int value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this long value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this Half value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this float value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this double value) => value;

    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this bool value) => value;

    /// <summary>The scalar as a single.</summary>
    public static float ToSingle(this Scalar value) => (float)value.AsDouble();

    /// <summary>The scalar as a double.</summary>
    public static double ToDouble(this Scalar value) => value.AsDouble();

    /// <summary>The scalar as a half.</summary>
    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble();

    /// <summary>The scalar as a byte.</summary>
    public static byte ToByte(this Scalar value) => checked((byte)value.AsLong());

    /// <summary>The scalar as a signed byte.</summary>
    public static sbyte ToSByte(this Scalar value) => checked((sbyte)value.AsLong());

    /// <summary>The scalar as a 16-bit integer.</summary>
    public static short ToInt16(this Scalar value) => checked((short)value.AsLong());

    /// <summary>The scalar as a 32-bit integer.</summary>
    public static int ToInt32(this Scalar value) => checked((int)value.AsLong());

    /// <summary>The scalar as a 64-bit integer.</summary>
    public static long ToInt64(this Scalar value) => value.AsLong();

    /// <summary>Whether the scalar is true, or not zero.</summary>
    public static bool ToBoolean(this Scalar value) => value.AsDouble() != 0;
}
