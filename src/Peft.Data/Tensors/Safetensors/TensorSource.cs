namespace Peft.Data;

/// <summary>A tensor to write: its description, and a source for its bytes.</summary>
public sealed class TensorSource
{
    /// <summary>Creates a tensor whose bytes are produced while the file is written, so that they need not all be in memory.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dtype">Element type.</param>
    /// <param name="shape">Size of each dimension; empty for a scalar.</param>
    /// <param name="write">Writes the tensor's bytes, row-major and little-endian, exactly as many as dtype and shape need.</param>
    public TensorSource(string name, DType dtype, IReadOnlyList<long> shape, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(write);
        Name = name;
        DType = dtype;
        Shape = [.. shape];
        Write = write;
    }

    /// <summary>Creates a tensor from bytes in memory.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dtype">Element type.</param>
    /// <param name="shape">Size of each dimension; empty for a scalar.</param>
    /// <param name="bytes">Row-major, little-endian bytes.</param>
    public TensorSource(string name, DType dtype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
        : this(name, dtype, shape, stream => stream.Write(bytes.Span)) { }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public DType DType { get; }

    /// <summary>Size of each dimension.</summary>
    public IReadOnlyList<long> Shape { get; }

    internal Action<Stream> Write { get; }
}
