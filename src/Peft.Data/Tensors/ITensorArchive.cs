namespace Peft.Data;

/// <summary>
/// A file, or several that belong together, with named tensors. Reading from several threads at once is allowed; disposing is not
/// thread-safe.
/// </summary>
public interface ITensorArchive : IDisposable
{
    /// <summary>The file or folder, for messages.</summary>
    string Path { get; }

    /// <summary>The tensors by name.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Text the file carries beside its tensors, e.g. <c>format</c>; empty where the format has none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Copies part of a tensor: row-major, little-endian bytes. For tensors beyond 2 GiB, or to convert piecewise.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, within the tensor; a multiple of the element's size.</param>
    /// <param name="destination">Where to; its length says how many bytes, whole elements.</param>
    /// <exception cref="TensorNotFoundException">The archive has no such tensor.</exception>
    /// <exception cref="ArgumentException">The part is not within the tensor or does not hold whole elements.</exception>
    /// <exception cref="ObjectDisposedException">The archive is closed.</exception>
    void CopyTo(string name, long offset, Span<byte> destination);

    /// <summary>Copies a whole tensor: row-major, little-endian bytes.</summary>
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
                $"{Path}: tensor '{name}' has {info.ByteCount} bytes, the destination {destination.Length}.", nameof(destination));
        CopyTo(name, 0, destination);
    }
}
