namespace Peft.Data;

/// <summary>Reads plain text, one document per line, to continue the pretraining of a decoder.</summary>
internal static class DocumentReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file; empty lines separate documents and are no rows.</param>
    /// <returns>A record for each document, with an empty context and the document as its reference.</returns>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="TaskFileFormatException">The file contains no text.</exception>
    public static GenerationSet Read(string file)
    {
        GenerationRecord[] records =
            [.. TaskFile.ReadRows(file).Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => new GenerationRecord("", [line]))];
        return records.Length > 0 ? new GenerationSet(file, records) : throw new TaskFileFormatException($"{file}: the file has no "
            + "text; expected a document on each line.");
    }
}
