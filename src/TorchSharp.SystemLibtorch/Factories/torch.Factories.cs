using System.Runtime.InteropServices;
using TorchSharp.Core;

namespace TorchSharp;

public static unsafe partial class torch
{
    private static ScalarType defaultType = ScalarType.Float32;

    /// <summary>A tensor of the array's elements, in the array's shape.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var type = Elements.TypeOf(rawArray.GetType().GetElementType()!);
        var shape = new long[rawArray.Rank];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = rawArray.GetLongLength(i);
        var made = Ops.empty_memory_format.Call(shape, type);
        fixed (byte* source = &MemoryMarshal.GetArrayDataReference(rawArray))
            Buffer.MemoryCopy(source, (void*)made.DataPointer(), made.bytes.Length, made.bytes.Length);
        return Placed(made, dtype, device, requires_grad, names);
    }

    /// <inheritdoc cref="from_array(Array, ScalarType?, Device?, bool, string[])"/>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>Numbers from 0 up to, not including, stop.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>Numbers from start up to, not including, stop.</summary>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>Numbers from start up to, not including, stop, step apart. Whole numbers give Int64.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Grad(Ops.arange_start_step.Call(start, stop, step, dtype ?? RangeType(start, stop, step), Arg.None, device), requires_grad);

    /// <summary>That many numbers from start to end, both included, evenly apart.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Grad(Ops.linspace.Call(start, end, steps, dtype ?? defaultType, Arg.None, device), requires_grad);

    /// <summary>Ones on the diagonal, zeros elsewhere; square where no number of columns is given.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Grad(Ops.eye_m.Call(rows, columns < 0 ? rows : columns, dtype ?? defaultType, Arg.None, device), requires_grad, names);

    /// <summary>The numbers 0 to n-1 in a random order.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Grad(Ops.randperm_generator.Call(n, generator, dtype ?? ScalarType.Int64, Arg.None, device), requires_grad);

    /// <summary>Whole numbers drawn from 0 up to, not including, high.</summary>
    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    /// <summary>Whole numbers drawn from low up to, not including, high.</summary>
    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Grad(Ops.randint_low_generator.Call(low, high, size, generator, dtype ?? ScalarType.Int64, Arg.None, device), requires_grad, names);

    /// <summary>Draws of the normal distribution with that mean and deviation.</summary>
    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Grad(Ops.empty_memory_format.Call(size.ToArray(), dtype ?? defaultType, Arg.None, device).normal_(mean, std, generator), requires_grad, names);

    /// <summary>Makes a tensor of a copy of the elements.</summary>
    private static Tensor Create<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> shape, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
        where T : unmanaged
    {
        var made = Ops.empty_memory_format.Call(shape.ToArray(), Elements.TypeOf<T>());
        if (made.NumberOfElements != data.Length)
        {
            made.Dispose();
            throw new ArgumentException($"{data.Length} elements do not fill the shape [{string.Join(", ", shape.ToArray())}].");
        }
        data.CopyTo(new Span<T>((void*)made.DataPointer(), data.Length));
        return Placed(made, dtype, device, requires_grad, names);
    }

    /// <summary>Converts and moves what was made on the CPU; the original does not survive.</summary>
    private static Tensor Placed(Tensor made, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        var placed = made.to(dtype ?? made.dtype, device ?? CPU);
        if (!ReferenceEquals(placed, made))
            made.Dispose();
        return Grad(placed, requires_grad, names);
    }

    private static Tensor Make(Op op, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Grad(op.Call(size.ToArray(), dtype ?? defaultType, Arg.None, device), requires_grad, names);

    private static Tensor Draw(Op op, ReadOnlySpan<long> size, Generator? generator, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Grad(op.Call(size.ToArray(), generator, dtype ?? defaultType, Arg.None, device), requires_grad, names);

    private static Tensor Grad(Tensor tensor, bool requires_grad, string[]? names = null)
    {
        if (names is not null)
            throw new NotSupportedException("Named dimensions are not supported over the system's libtorch.");
        if (requires_grad)
            tensor.requires_grad = true;
        return tensor;
    }

    private static ScalarType RangeType(Scalar start, Scalar stop, Scalar step) =>
        start.Tag == ValueTag.Double || stop.Tag == ValueTag.Double || step.Tag == ValueTag.Double ? defaultType : ScalarType.Int64;
}
