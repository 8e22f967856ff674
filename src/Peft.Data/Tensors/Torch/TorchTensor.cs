namespace Peft.Data;

/// <summary>A tensor as a checked view of bytes in a file.</summary>
internal sealed class TorchTensor
{
    /// <summary>The limit of a tensor with repeated elements (stride 0), as a multiple of the file's size.</summary>
    private const long MaxUnfolding = 1024;

    /// <summary>The most bytes that are read at once for a view whose elements lie apart.</summary>
    private const int MaxRead = 1 << 30;
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
    public static TorchTensor Check(TensorFile file, string name, PickleTensor tensor, long storageStart)
    {
        var dtype = tensor.Storage.DType;
        var described = $"tensor '{Excerpt.Cut(name)}' ({dtype.SafetensorsName()}[{string.Join(", ", tensor.Shape)}], "
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
    public void CopyTo(TensorFile file, long offset, Span<byte> destination)
    {
        if (destination.Length == 0) return;
        if (_contiguous)
        {
            file.Read(_dataStart + offset, destination);
            return;
        }

        var (first, last) = RangeOf(offset, destination.Length);
        // Elements of a view lie apart: they are taken out of one read of all between them, or one by one where that is too much.
        var between = last - first + 1 <= MaxRead / _elementSize
            ? file.Bytes(_dataStart + (first * _elementSize), (int)(last - first + 1) * _elementSize) : null;
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
            var target = destination.Slice(written, _elementSize);
            if (between is null) file.Read(_dataStart + (source * _elementSize), target);
            else between.AsSpan((int)(source - first) * _elementSize, _elementSize).CopyTo(target);
            for (var dimension = _shape.Length - 1; dimension >= 0; dimension--)
            {
                source += _strides[dimension];
                if (++index[dimension] < _shape[dimension]) break;
                source -= _shape[dimension] * _strides[dimension];
                index[dimension] = 0;
            }
        }
    }

    /// <summary>The first and the last element of the storage that a part of the tensor can need.</summary>
    private (long First, long Last) RangeOf(long offset, int length)
    {
        // The outermost dimension bounds a part; all others may be at any place within it.
        var inner = Info.ElementCount / _shape[0];
        var (begin, end) = (offset / _elementSize / inner, (offset + length - 1) / _elementSize / inner);
        var last = end * _strides[0];
        for (var dimension = 1; dimension < _shape.Length; dimension++) last += (_shape[dimension] - 1) * _strides[dimension];
        return (begin * _strides[0], last);
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
