namespace Peft.Data;

/// <summary>Files that appear complete or not at all.</summary>
internal static class AtomicFile
{
    private const int BufferSize = 1 << 20;

    /// <summary>
    /// Writes beside <paramref name="path"/>, flushes to the disk, renames; takes the temporary file away when anything fails.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            Remove(temporary);
            if (error is IOException or UnauthorizedAccessException) throw new TensorWriteException(path, error);
            throw;
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that led here matters more than the left-over temporary file.
        }
    }
}
