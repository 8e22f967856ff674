namespace Peft.Data;

/// <summary>A safetensors file, fully checked before any tensor can be read.</summary>
public sealed class SafetensorsFile : ITensorArchive
{
    private readonly TensorFile _file;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(TensorFile file, SafetensorsHeader header)
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
        var file = TensorFile.Open(path);
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

    /// <summary>Reads a tensor's bytes, row-major and little-endian.</summary>
    /// <exception cref="TensorNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="ArgumentException">The tensor is larger than 2 GiB: use <see cref="Bytes(string, long, int)"/> or CopyTo in
    /// parts.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var info = this.Find(name);
        if (info.ByteCount > Array.MaxLength)
            throw new ArgumentException($"{Path}: tensor '{Excerpt.Cut(name)}' has {info.ByteCount} bytes, more than one array can "
                + "hold. Take it in "
                + "parts.", nameof(name));
        return _file.Bytes(_header.DataStart + _header.Begins[name], (int)info.ByteCount);
    }

    /// <summary>Reads part of a tensor's bytes.</summary>
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
        return _file.Bytes(_header.DataStart + _header.Begins[name] + offset, length);
    }

    /// <inheritdoc/>
    public void CopyTo(string name, long offset, Span<byte> destination)
    {
        var info = this.Find(name);
        TensorArchives.CheckPart(this, info, offset, destination.Length);
        _file.Read(_header.DataStart + _header.Begins[name] + offset, destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
