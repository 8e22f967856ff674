namespace Peft.Data;

/// <summary>Opens tables: CSV, TSV, JSON lines, JSON and Parquet, also compressed with gzip.</summary>
public static class TableFile
{
    /// <summary>The extensions of tables, for messages.</summary>
    internal const string Extensions = ".csv, .tsv, .jsonl, .json or .parquet, also with .gz";

    /// <summary>
    /// Opens a table. Its format follows from the extension: <c>.csv</c>, <c>.tsv</c>, <c>.jsonl</c>, <c>.json</c> or <c>.parquet</c>, each
    /// also with <c>.gz</c>; otherwise, and for standard input, from its first bytes.
    /// </summary>
    /// <param name="path">The file, or <c>-</c> for standard input.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <returns>The table. The caller disposes it.</returns>
    /// <exception cref="TaskFileNotFoundException">The file does not exist.</exception>
    /// <exception cref="FileKindException">It is no regular file.</exception>
    /// <exception cref="TaskFileFormatException">The file is not UTF-8, or its compressed data are not whole.</exception>
    /// <exception cref="TableFormatException">The file is empty.</exception>
    /// <exception cref="TableColumnException">A column has no name, or that of another; or it is nested in a Parquet file.</exception>
    public static ITable Open(string path, TableOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new TableOptions();
        var source = TableStream.Open(path);
        try
        {
            return Checked(source.Name, () => Open(source, TableFormats.Detect(path, source.Start.Span), options));
        }
        catch
        {
            source.Stream.Dispose();
            throw;
        }
    }

    /// <summary>Calls a reader, and converts its errors of encoding to errors of tasks.</summary>
    internal static T Checked<T>(string name, Func<T> read) => TaskFile.Open(name, _ => read());

    private static ITable Open(TableStream source, TableFormat format, TableOptions options) => format switch
    {
        TableFormat.Csv => new DelimitedTable(source, TableFormats.Delimiter(source.Start.Span), options),
        TableFormat.Tsv => new DelimitedTable(source, '\t', options),
        TableFormat.JsonLines => new JsonTable(source, JsonLines.Read(source), "line", options),
        TableFormat.Json => new JsonTable(source, new JsonArrayReader(source).Read(), "record", options),
        _ => new ParquetTable(source, options),
    };
}
