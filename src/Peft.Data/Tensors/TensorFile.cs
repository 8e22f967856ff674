using Microsoft.Win32.SafeHandles;

namespace Peft.Data;

/// <summary>
/// A file of tensors, read at positions. It is not mapped into memory: access to a mapped file that another program has cut short ends the
/// process (SIGBUS), and reading directly into the destination takes no longer.
/// </summary>
internal sealed class TensorFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private TensorFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; }

    /// <summary>The length when the file was opened.</summary>
    public long Length { get; }

    /// <exception cref="CheckpointNotFoundException">The file does not exist.</exception>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    public static TensorFile Open(string path)
    {
        RegularFile.Check(path);
        if (!File.Exists(path)) throw new CheckpointNotFoundException($"{path}: no such file.");
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new TensorFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a range of the file; the caller has checked its bounds.</summary>
    /// <exception cref="TensorFileChangedException">The file has become shorter since it was opened.</exception>
    public byte[] Bytes(long offset, int length)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Fills a buffer from a position; the caller has checked the bounds.</summary>
    /// <exception cref="TensorFileChangedException">The file has become shorter since it was opened.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (offset < 0 || offset > Length - destination.Length)
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"{Path}: bytes {offset} to {offset + destination.Length} of {Length}.");
        for (var done = 0; done < destination.Length;)
        {
            var read = RandomAccess.Read(_handle, destination[done..], offset + done);
            if (read == 0) throw new TensorFileChangedException(Path, Length, offset + done);
            done += read;
        }
    }

    public void Dispose() => _handle.Dispose();
}
