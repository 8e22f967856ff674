namespace Peft.Data;

/// <summary>Named tensors in one file or several related files. Reading is thread-safe; disposing is not.</summary>
public interface ITensorArchive : IDisposable
{
    /// <summary>The file or folder, for messages.</summary>
    string Path { get; }

    /// <summary>The tensors by name.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Text metadata of the file, e.g. <c>format</c>; empty if the format has none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Copies part of a tensor as row-major, little-endian bytes, for tensors beyond 2 GiB or to convert in parts.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, within the tensor; a multiple of the element's size.</param>
    /// <param name="destination">The destination; its length is the number of bytes, in whole elements.</param>
    /// <exception cref="TensorNotFoundException">The archive has no such tensor.</exception>
    /// <exception cref="ArgumentException">The part is not within the tensor or does not contain whole elements.</exception>
    /// <exception cref="ObjectDisposedException">The archive is closed.</exception>
    void CopyTo(string name, long offset, Span<byte> destination);

    /// <summary>Copies a whole tensor as row-major, little-endian bytes.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">Exactly <see cref="TensorInfo.ByteCount"/> bytes.</param>
    /// <exception cref="TensorNotFoundException">The archive has no such tensor.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another size.</exception>
    /// <exception cref="ObjectDisposedException">The archive is closed.</exception>
    void CopyTo(string name, Span<byte> destination)
    {
        var info = this.Find(name);
        if (destination.Length != info.ByteCount)
            throw new ArgumentException(
                $"{Path}: tensor '{Excerpt.Cut(name)}' has {info.ByteCount} bytes, the destination "
                    + $"{destination.Length}.", nameof(destination));
        CopyTo(name, 0, destination);
    }
}
