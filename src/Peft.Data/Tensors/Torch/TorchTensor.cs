namespace Peft.Data;

/// <summary>A tensor as a checked view of bytes in a file.</summary>
internal sealed class TorchTensor
{
    /// <summary>The limit of a tensor with repeated elements (stride 0), as a multiple of the file's size.</summary>
    private const long MaxUnfolding = 1024;
    private readonly long _dataStart;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly int _elementSize;
    private readonly bool _contiguous;

    private TorchTensor(TensorInfo info, long dataStart, long[] strides)
    {
        Info = info;
        _dataStart = dataStart;
        _strides = strides;
        _shape = [.. info.Shape];
        _elementSize = info.DType.Bits() / 8;
        _contiguous = IsContiguous();
    }

    public TensorInfo Info { get; }

    /// <param name="file">The file.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="tensor">The tensor in the pickle.</param>
    /// <param name="storageStart">The start of its storage's bytes in the file.</param>
    public static TorchTensor Check(MappedFile file, string name, PickleTensor tensor, long storageStart)
    {
        var dtype = tensor.Storage.DType;
        var described = $"tensor '{name}' ({dtype.SafetensorsName()}[{string.Join(", ", tensor.Shape)}], "
            + $"strides [{string.Join(", ", tensor.Strides)}], offset {tensor.Offset})";
        if (tensor.Shape.Length != tensor.Strides.Length || tensor.Offset < 0 || tensor.Shape.Any(size => size < 0)
            || tensor.Strides.Any(stride => stride < 0))
            throw new TorchFileFormatException(file.Path, $"{described} has impossible sizes.");
        if (!TensorInfo.TryCountBytes(dtype, tensor.Shape, out var byteCount, out _) || byteCount / MaxUnfolding > file.Length)
            throw new TorchFileFormatException(file.Path, $"{described} is too large for a file of {file.Length} bytes.");
        if (byteCount > 0 && !Fits(tensor))
            throw new TorchFileFormatException(
                file.Path, $"{described} reaches beyond its storage of {tensor.Storage.ElementCount} elements.");
        var begin = storageStart + (byteCount == 0 ? 0 : tensor.Offset * (dtype.Bits() / 8));
        return new TorchTensor(new TensorInfo(name, dtype, tensor.Shape, byteCount), begin, tensor.Strides);
    }

    /// <summary>Copies elements in row-major order, starting at a byte position; the caller has checked the bounds.</summary>
    public void CopyTo(MappedFile file, long offset, Span<byte> destination)
    {
        if (destination.Length == 0) return;
        if (_contiguous)
        {
            file.Span(_dataStart + offset, destination.Length).CopyTo(destination);
            return;
        }

        var index = new long[_shape.Length];
        var element = offset / _elementSize;
        long source = 0;
        for (var dimension = _shape.Length - 1; dimension >= 0; dimension--)
        {
            index[dimension] = element % _shape[dimension];
            element /= _shape[dimension];
            source += index[dimension] * _strides[dimension];
        }

        for (var written = 0; written < destination.Length; written += _elementSize)
        {
            file.Span(_dataStart + (source * _elementSize), _elementSize).CopyTo(destination[written..]);
            for (var dimension = _shape.Length - 1; dimension >= 0; dimension--)
            {
                source += _strides[dimension];
                if (++index[dimension] < _shape[dimension]) break;
                source -= _shape[dimension] * _strides[dimension];
                index[dimension] = 0;
            }
        }
    }

    private static bool Fits(PickleTensor tensor)
    {
        Int128 last = tensor.Offset;
        for (var i = 0; i < tensor.Shape.Length; i++) last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
        return last < tensor.Storage.ElementCount;
    }

    private bool IsContiguous()
    {
        long expected = 1;
        for (var i = _shape.Length - 1; i >= 0; i--)
        {
            if (_shape[i] != 1 && _strides[i] != expected) return false;
            expected *= _shape[i];
        }

        return true;
    }
}
