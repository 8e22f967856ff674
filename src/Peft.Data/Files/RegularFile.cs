using System.Globalization;

namespace Peft.Data;

/// <summary>
/// Opens files that are read more than once or as a whole. Only regular files are opened: reading a pipe waits for another program, and a
/// device such as /dev/zero has no end.
/// </summary>
internal static class RegularFile
{
    /// <summary>The largest JSON file of settings in bytes.</summary>
    public const long MaxConfig = 16 << 20;

    /// <summary>The largest file of a vocabulary, of merges or of tensor names in bytes.</summary>
    public const long MaxVocabulary = 100 << 20;

    private const int BufferSize = 1 << 16;

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    public static FileStream Open(string path)
    {
        Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The largest number of bytes.</param>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    /// <exception cref="FileTooLargeException">It has more bytes.</exception>
    public static byte[] Read(string path, long most)
    {
        using var stream = OpenBounded(path, most);
        var bytes = new byte[(int)stream.Length];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <summary>Opens a file that may have only so many bytes.</summary>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    /// <exception cref="FileTooLargeException">It has more bytes.</exception>
    public static FileStream OpenBounded(string path, long most)
    {
        var stream = Open(path);
        if (stream.Length <= most)
            return stream;
        var length = stream.Length;
        stream.Dispose();
        throw new FileTooLargeException(path, length, most);
    }

    /// <summary>Refuses paths that are not regular files. A path that does not exist is left to the caller.</summary>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    public static void Check(string path)
    {
        if ((Directory.Exists(path) ? "a folder" : FileKind.Describe(path)) is { } kind)
            throw new FileKindException(path, kind);
    }
}

/// <summary>A path leads to something other than a regular file.</summary>
public sealed class FileKindException : IOException
{
    internal FileKindException(string path, string kind)
        : base($"{path}: is {kind}; expected a regular file. Give the path of a file, or write the content to one first.")
    {
    }
}

/// <summary>A file is larger than any file of its kind.</summary>
public sealed class FileTooLargeException : IOException
{
    internal FileTooLargeException(string path, long length, long most)
        : base(string.Create(
            CultureInfo.InvariantCulture, $"{path}: has {length:N0} bytes; a file of this kind may have at most {most:N0}. It is most "
                + $"likely another file: give the model's own."))
    {
    }
}
