namespace TorchSharp;

/// <content>Tensors from arrays.</content>
public static partial class torch
{
    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        Half[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<Half>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(Half[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<Half>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<Half> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<Half>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<byte>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<double> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<double>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<float>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<int>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<long>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<sbyte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<sbyte>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of a copy of the elements, in that shape.</summary>
    public static Tensor tensor(
        Memory<short> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<short>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<bool>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<bool>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<byte>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<double>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<double>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<float>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<float>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<int>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        int[] rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<int>(rawArray, [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<int>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<long>(dataArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<long>(dataArray, [dataArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        sbyte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<sbyte>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<sbyte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in that shape.</summary>
    public static Tensor tensor(
        short[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<short>(rawArray, dimensions, dtype, device, requires_grad, names);

    /// <summary>A tensor of the array's elements, in one dimension.</summary>
    public static Tensor tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Create<short>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);
}
