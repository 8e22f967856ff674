using System.Text;

namespace Peft.Data;

/// <summary>The decompressed bytes of a table and the format that they are most likely in.</summary>
/// <param name="Stream">The bytes, without a byte-order mark.</param>
/// <param name="Name">The file, or <c>standard input</c>.</param>
/// <param name="Start">The first bytes, at most <see cref="Looked"/>.</param>
/// <param name="FirstOffset">The number of bytes before the stream's: those of a byte-order mark.</param>
internal sealed record TableStream(Stream Stream, string Name, ReadOnlyMemory<byte> Start, int FirstOffset)
{
    private bool _isFile;

    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    private const int Looked = 1 << 16;
    private const string Gzip = ".gz";

    /// <summary>Opens a file or standard input, decompressing what is compressed with gzip.</summary>
    /// <param name="path">The file, or <see cref="StandardInput"/>.</param>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file is UTF-16.</exception>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    public static TableStream Open(string path)
    {
        var isInput = path == StandardInput;
        var stream = isInput ? Console.OpenStandardInput() : TaskFile.Open(path, RegularFile.Open);
        var name = isInput ? "standard input" : path;
        try
        {
            var start = Read(stream);
            stream = new PrefixedStream(start, stream);
            var isCompressed = start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
            if (isCompressed)
            {
                stream = new CheckedGzip(stream, name);
                start = Read(stream);
                stream = new PrefixedStream(start, stream);
            }

            if (!start.AsSpan().StartsWith(TableFormats.ParquetMark) && Utf16Text.Describe(start) is { } problem)
                throw new TaskFileFormatException($"{name}: {problem}.");
            var mark = start.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            if (mark > 0)
                stream.ReadExactly(new byte[mark]);
            return new TableStream(stream, name, start.AsMemory(mark), mark) { _isFile = !isInput && !isCompressed };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The same bytes as a seekable stream: the file itself, or a temporary copy if the bytes are compressed or come from standard input.
    /// The caller disposes it.
    /// </summary>
    public Stream Seekable()
    {
        if (_isFile)
            return RegularFile.Open(Name);
        var copy = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            FileOptions.DeleteOnClose);
        try
        {
            Stream.CopyTo(copy);
            copy.Position = 0;
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>The format by the file's extension, without that of compression; null for one of no format.</summary>
    public static TableFormat? FormatOf(string path)
    {
        var plain = path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase) ? path[..^Gzip.Length] : path;
        return Path.GetExtension(plain).ToLowerInvariant() switch
        {
            ".csv" => TableFormat.Csv,
            ".tsv" or ".tab" => TableFormat.Tsv,
            ".jsonl" or ".ndjson" => TableFormat.JsonLines,
            ".json" => TableFormat.Json,
            ".parquet" => TableFormat.Parquet,
            _ => null,
        };
    }

    private static byte[] Read(Stream stream)
    {
        var start = new byte[Looked];
        return start[..stream.ReadAtLeast(start, Looked, throwOnEndOfStream: false)];
    }
}
