namespace Peft.Data;

/// <summary>Writes folders atomically: they appear complete or not at all.</summary>
internal static class AtomicFolder
{
    /// <summary>Fills a temporary folder beside <paramref name="path"/> and renames it; removes it on failure.</summary>
    /// <param name="path">The folder; it may exist if empty.</param>
    /// <param name="fill">Writes the files into the given folder.</param>
    /// <exception cref="FolderNotEmptyException">The folder at <paramref name="path"/> is not empty, or a file has its name; nothing was
    /// written.</exception>
    /// <exception cref="TensorWriteException">The disk is full, or the folder's parent is not writable.</exception>
    public static void Write(string path, Action<string> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(fill);
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(whole) || (Directory.Exists(whole) && Directory.EnumerateFileSystemEntries(whole).Any()))
            throw new FolderNotEmptyException(path);
        var temporary = $"{whole}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            if (Directory.Exists(whole))
                Directory.Delete(whole);
            Directory.Move(temporary, whole);
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
            Directory.Delete(temporary, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Report the original failure rather than the left-over temporary folder.
        }
    }
}

/// <summary>A folder to be written is not empty.</summary>
/// <param name="path">The folder.</param>
public sealed class FolderNotEmptyException(string path)
    : Exception($"{path} exists and is not an empty folder; nothing was written. Name another folder, or remove this one first.");
