using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor on the CPU, in the order of its shape whatever its strides. Keeps the tensor alive.</summary>
/// <typeparam name="T">The C# type of the elements.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor tensor;
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly bool contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        tensor.DataPointer();
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.NumberOfElements;
    }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>False: the elements can be set.</summary>
    public bool IsReadOnly => false;

    private T* Data => (T*)tensor.DataPointer();

    /// <summary>One element, by an index per dimension or by one over all elements.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    public T this[params long[] indices]
    {
        get => Data[Offset(indices)];
        set => Data[Offset(indices)] = value;
    }

    /// <summary>A copy of all elements.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    /// <summary>A copy in an array of the tensor's shape; of one element where it has no dimension.</summary>
    public Array ToNDArray()
    {
        var array = Array.CreateInstance(typeof(T), shape.Length == 0 ? [1] : shape);
        fixed (byte* target = &System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array))
            CopyTo(new Span<T>(target, checked((int)Count)));
        return array;
    }

    /// <summary>Copies elements, from <paramref name="tensorIndex"/> on, into the array.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyTo(T[], int, long)"/>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var length = (int)Math.Min(target.Length, Count - tensorIndex);
        if (contiguous)
        {
            new ReadOnlySpan<T>(Data + tensorIndex, length).CopyTo(target);
        }
        else
        {
            for (var i = 0; i < length; i++)
                target[i] = Data[LinearOffset(tensorIndex + i)];
        }
        GC.KeepAlive(tensor);
    }

    /// <summary>Copies the array's elements into the tensor, from <paramref name="tensorIndex"/> on.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(array.AsSpan(), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyFrom(T[], int, long)"/>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        for (var i = 0; i < Math.Min(source.Length, Count - tensorIndex); i++)
            Data[LinearOffset(tensorIndex + i)] = source[i];
        GC.KeepAlive(tensor);
    }

    /// <summary>The elements in the order of the shape.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Does nothing: the tensor owns the memory.</summary>
    public void Dispose()
    {
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1)
            return indices[0] >= 0 && indices[0] < Count ? LinearOffset(indices[0]) : throw new IndexOutOfRangeException();
        if (indices.Length != shape.Length)
            throw new IndexOutOfRangeException($"The tensor has {shape.Length} dimensions, but {indices.Length} indices were given.");
        var offset = 0L;
        for (var i = 0; i < indices.Length; i++)
            offset += indices[i] >= 0 && indices[i] < shape[i] ? indices[i] * strides[i] : throw new IndexOutOfRangeException();
        return offset;
    }

    private long LinearOffset(long index)
    {
        if (contiguous)
            return index;
        var offset = 0L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            offset += index % shape[i] * strides[i];
            index /= shape[i];
        }
        return offset;
    }
}
