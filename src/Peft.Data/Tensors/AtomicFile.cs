namespace Peft.Data;

/// <summary>Writes files atomically: they appear complete or not at all.</summary>
internal static class AtomicFile
{
    private const int BufferSize = 1 << 20;

    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, flushes it to disk and renames it; removes the temporary file on failure.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="begin">Receives the temporary file's path before it is created, for a caller that ends the process; null for
    /// none.</param>
    public static void Write(string path, Action<Stream> write, Action<string>? begin = null)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        begin?.Invoke(temporary);
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
            // Report the original failure rather than the left-over temporary file.
        }
    }
}
