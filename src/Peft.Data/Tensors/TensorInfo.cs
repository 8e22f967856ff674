namespace Peft.Data;

/// <summary>A tensor in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Size of each dimension; empty for a scalar.</param>
/// <param name="ByteCount">Size in bytes, row-major and without gaps.</param>
public sealed record TensorInfo(string Name, DType DType, IReadOnlyList<long> Shape, long ByteCount)
{
    /// <summary>Number of elements; 1 for a scalar.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, size) => product * size);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {DType.SafetensorsName()}[{string.Join(", ", Shape)}]";

    /// <summary>The size of a number of elements in bytes; false on overflow or if packed elements do not end at a whole byte.</summary>
    internal static bool TryCountBytes(DType dtype, IReadOnlyList<long> shape, out long byteCount, out bool overflow)
    {
        byteCount = 0;
        overflow = false;
        try
        {
            var bits = shape.Aggregate(1UL, (product, size) => checked(product * (ulong)size));
            bits = checked(bits * (ulong)dtype.Bits());
            byteCount = (long)(bits / 8);
            return bits % 8 == 0;
        }
        catch (OverflowException)
        {
            overflow = true;
            return false;
        }
    }
}
