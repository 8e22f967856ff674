namespace Peft.Data;

/// <summary>A safetensors file, mapped into memory and fully checked before any tensor can be read.</summary>
public sealed class SafetensorsFile : ITensorArchive
{
    private readonly MappedFile _file;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header)
    {
        _file = file;
        _header = header;
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; do not change it while it is open.</param>
    /// <exception cref="CheckpointNotFoundException">The file does not exist.</exception>
    /// <exception cref="SafetensorsFormatException">The file violates the format; the message names the rule, the position and how to fix
    /// it.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = MappedFile.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor's bytes in place, row-major and little-endian: valid until the file is closed.</summary>
    /// <exception cref="TensorNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="ArgumentException">The tensor is larger than 2 GiB: use <see cref="Bytes(string, long, int)"/> or CopyTo in
    /// parts.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var info = this.Find(name);
        if (info.ByteCount > int.MaxValue)
            throw new ArgumentException($"{Path}: tensor '{name}' has {info.ByteCount} bytes, more than one span can hold. Take it in "
                + "parts.", nameof(name));
        return _file.Span(_header.DataStart + _header.Begins[name], (int)info.ByteCount);
    }

    /// <summary>Part of a tensor's bytes in place: valid until the file is closed.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">First byte within the tensor.</param>
    /// <param name="length">Number of bytes.</param>
    /// <exception cref="TensorNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="ArgumentException">The part is not within the tensor or does not contain whole elements.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlySpan<byte> Bytes(string name, long offset, int length)
    {
        var info = this.Find(name);
        TensorArchives.CheckPart(this, info, offset, length);
        return _file.Span(_header.DataStart + _header.Begins[name] + offset, length);
    }

    /// <inheritdoc/>
    public void CopyTo(string name, long offset, Span<byte> destination) => Bytes(name, offset, destination.Length).CopyTo(destination);

    /// <summary>Closes the file. Spans of its tensors become invalid.</summary>
    public void Dispose() => _file.Dispose();
}
