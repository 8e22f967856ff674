using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Peft.Data;

/// <summary>
/// Reads the lines of UTF-8 text. A line ends at LF or CRLF and nowhere else. A lone CR, VT, FF, NEL, LS and PS belong to the text: the
/// readers of .NET count some of them as line ends, so that the rows of two files would shift against each other.
/// </summary>
internal static class TextLines
{
    /// <summary>The longest line in bytes. A longer one is no text, or has no end.</summary>
    public const int MaxLine = 64 << 20;

    private const int FirstBuffer = 1 << 16;

    /// <summary>Reads every line of a file.</summary>
    /// <param name="file">The file; a byte-order mark of UTF-8 is dropped.</param>
    /// <exception cref="TextEncodingException">The file is not UTF-8; the message names the line and the byte.</exception>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    public static List<string> Read(string file)
    {
        using var stream = RegularFile.Open(file);
        return [.. Read(stream, file)];
    }

    /// <summary>Reads every line of a vocabulary or of merges.</summary>
    /// <exception cref="TextEncodingException">The file is not UTF-8; the message names the line and the byte.</exception>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    /// <exception cref="FileTooLargeException">It has more than <see cref="RegularFile.MaxVocabulary"/> bytes.</exception>
    public static List<string> ReadVocabulary(string file)
    {
        using var stream = RegularFile.OpenBounded(file, RegularFile.MaxVocabulary);
        return [.. Read(stream, file)];
    }

    /// <summary>Reads the rows of a file: its lines without the empty ones at its end.</summary>
    /// <exception cref="TextEncodingException">The file is not UTF-8; the message names the line and the byte.</exception>
    public static List<string> ReadRows(string file) => WithoutEmptyEnd(Read(file));

    /// <summary>Removes the empty lines at the end; lines of carriage returns only are empty.</summary>
    public static List<string> WithoutEmptyEnd(List<string> lines)
    {
        var end = lines.FindLastIndex(line => line.AsSpan().Trim('\r').Length > 0) + 1;
        lines.RemoveRange(end, lines.Count - end);
        return lines;
    }

    /// <summary>Reads lines as they arrive, so that a pipe need not have ended.</summary>
    /// <param name="stream">The text; the caller closes it.</param>
    /// <param name="name">The name of the text, for errors.</param>
    /// <exception cref="TextEncodingException">The text is not UTF-8; the message names the line and the byte.</exception>
    public static IEnumerable<string> Read(Stream stream, string name)
    {
        var buffer = new byte[FirstBuffer];
        var (begin, length, searched, number, position) = (0, 0, 0, 0, 0L);
        while (true)
        {
            var end = Array.IndexOf(buffer, (byte)'\n', searched, length - searched);
            if (end >= 0)
            {
                var isCrLf = end > begin && buffer[end - 1] == '\r';
                yield return Decode(buffer.AsSpan(begin, end - begin - (isCrLf ? 1 : 0)), name, ++number, position);
                position += end + 1 - begin;
                begin = searched = end + 1;
                continue;
            }

            length -= begin;
            Array.Copy(buffer, begin, buffer, 0, length);
            (begin, searched) = (0, length);
            if (length > MaxLine)
                throw new TextEncodingException(string.Create(
                    CultureInfo.InvariantCulture, $"{name}, line {number + 1}: has more than {MaxLine:N0} bytes; a text may have at most "
                        + $"that many. It is most likely no text: expected UTF-8 with one text on each line."));
            if (length == buffer.Length)
                Array.Resize(ref buffer, 2 * length);
            var read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0)
                break;
            length += read;
        }

        if (length > 0 && Decode(buffer.AsSpan(0, length), name, ++number, position) is { Length: > 0 } last)
            yield return last;
    }

    /// <summary>Decodes a part of a text.</summary>
    /// <param name="line">The bytes; of line 1, a byte-order mark of UTF-8 is dropped.</param>
    /// <param name="name">The name of the text, for errors.</param>
    /// <param name="number">The line, from 1.</param>
    /// <param name="position">The first byte's position in the text, from 0.</param>
    /// <exception cref="TextEncodingException">The text is not UTF-8; the message names the line and the byte.</exception>
    public static string Decode(ReadOnlySpan<byte> line, string name, long number, long position)
    {
        if (number == 1)
        {
            if (Utf16Text.Describe(line) is { } problem)
                throw new TextEncodingException($"{name}: {problem}.");
            for (; line.StartsWith(Encoding.UTF8.Preamble); position += Encoding.UTF8.Preamble.Length)
                line = line[Encoding.UTF8.Preamble.Length..];
        }

        if (line.IndexOf((byte)0) is >= 0 and var nul)
            throw new TextEncodingException(
                $"{name}, line {number}: holds a NUL character, byte {position + nul + 1} of the file, which no text has: it is a binary "
                + "file, or UTF-16. Expected UTF-8; convert it first (iconv -f UTF-16LE -t UTF-8).");
        if (Utf8.IsValid(line))
            return Encoding.UTF8.GetString(line);
        Utf8.ToUtf16(line, new char[line.Length], out var valid, out _, replaceInvalidSequences: false);
        throw new TextEncodingException(
            $"{name}, line {number}: is not UTF-8 text; byte 0x{line[valid]:X2}, number {position + valid + 1} of the file, begins no "
            + "character. Convert it first (from Latin-1: iconv -f latin1 -t UTF-8).");
    }
}

/// <summary>A text is not UTF-8. Readers of files rethrow it as an error of their own family.</summary>
/// <param name="message">The text's name, the line and the byte.</param>
internal sealed class TextEncodingException(string message) : Exception(message);
