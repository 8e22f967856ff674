namespace TorchSharp.Core;

/// <summary>One argument of an operator call, before it is laid out for the shim. Conversions from everything an operator takes.</summary>
internal readonly struct Arg
{
    internal readonly object? Reference;
    internal readonly long Bits;
    internal readonly ValueTag Tag;

    private Arg(ValueTag tag, long bits, object? reference = null)
    {
        Tag = tag;
        Bits = bits;
        Reference = reference;
    }

    /// <summary>An optional argument left out.</summary>
    internal static Arg None => default;

    private static Arg Of(ValueTag tag, object? reference) => reference is null ? default : new(tag, 0, reference);

    public static implicit operator Arg(torch.Tensor? value) => Of(ValueTag.Tensor, value);
    public static implicit operator Arg(torch.Tensor?[]? value) => Of(ValueTag.TensorList, value);
    public static implicit operator Arg(long[]? value) => Of(ValueTag.IntList, value);
    public static implicit operator Arg(double[]? value) => Of(ValueTag.DoubleList, value);
    public static implicit operator Arg(string? value) => Of(ValueTag.String, value);
    public static implicit operator Arg(torch.Generator? value) => Of(ValueTag.Generator, value);
    public static implicit operator Arg(long value) => new(ValueTag.Int, value);
    public static implicit operator Arg(long? value) => value is { } v ? new(ValueTag.Int, v) : default;
    public static implicit operator Arg(bool value) => new(ValueTag.Bool, value ? 1 : 0);
    public static implicit operator Arg(double value) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(double? value) => value is { } v ? (Arg)v : default;
    public static implicit operator Arg(torch.ScalarType value) => new(ValueTag.Int, (int)value);
    public static implicit operator Arg(torch.ScalarType? value) => value is { } v ? (Arg)v : default;
    public static implicit operator Arg(Scalar? value) => value is null ? default : new(value.Tag, value.Bits);
    public static implicit operator Arg(torch.Device? value) => value is null ? default : new(ValueTag.Device, value.Pack());
}
