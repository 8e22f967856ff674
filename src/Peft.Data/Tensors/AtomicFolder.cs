namespace Peft.Data;

/// <summary>Folders that appear complete or not at all.</summary>
public static class AtomicFolder
{
    /// <summary>Fills a new folder beside <paramref name="path"/> and renames it; takes it away when anything fails.</summary>
    /// <param name="path">The folder; it may exist if it is empty.</param>
    /// <param name="fill">Writes the files into the folder that it is given.</param>
    /// <exception cref="FolderNotEmptyException">There are files at <paramref name="path"/> already, or a file is in its place; nothing
    /// was written.</exception>
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
            // The failure that led here matters more than the left-over temporary folder.
        }
    }
}

/// <summary>A folder that is to be written holds files already.</summary>
/// <param name="path">The folder.</param>
public sealed class FolderNotEmptyException(string path)
    : Exception($"{path} exists and is not an empty folder; nothing was written. Name another folder, or remove this one first.");
