using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>Reads the documents of text files.</summary>
internal static class DocumentFile
{
    /// <summary>Bytes of memory for each byte of a text file: characters, and its tokens.</summary>
    private const int BytesPerByte = 4;

    /// <summary>
    /// Reads a file. Documents are separated by empty lines if there is one between texts; otherwise each line is a document.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <exception cref="TaskException">The file is missing, not UTF-8 or has no text.</exception>
    /// <exception cref="NotEnoughMemoryException">Its text does not fit into memory.</exception>
    public static IReadOnlyList<string> Read(string file)
    {
        CheckMemory(file);
        var lines = TextLines.WithoutEmptyEnd(ConllReader.Lines(file));
        var first = lines.FindIndex(line => !string.IsNullOrWhiteSpace(line));
        if (first < 0)
            throw new TooFewExamplesException($"{file}: has no text; expected a document on each line, or documents separated by empty "
                + "lines.");
        if (!lines.Skip(first).Any(string.IsNullOrWhiteSpace))
            return lines[first..];
        var (documents, document) = (new List<string>(), new List<string>());
        foreach (var line in lines.Append(""))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                document.Add(line);
            }
            else if (document.Count > 0)
            {
                documents.Add(string.Join('\n', document));
                document.Clear();
            }
        }

        return documents;
    }

    private static void CheckMemory(string file)
    {
        if (!File.Exists(file))
            return; // the reader reports it
        var (bytes, available) = (new FileInfo(file).Length * (decimal)BytesPerByte, AvailableMemory.Bytes);
        if (bytes > available)
            throw new NotEnoughMemoryException(
                file, string.Create(CultureInfo.InvariantCulture, $"its text and tokens, {bytes / (1 << 30):F1} GiB,"), available,
                "divide the file, and train on one part after the other");
    }
}
