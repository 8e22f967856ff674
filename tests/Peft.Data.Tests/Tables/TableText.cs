using System.IO.Compression;
using System.Text;

namespace Peft.Data.Tests;

/// <summary>Reads small tables for tests.</summary>
internal static class TableText
{
    /// <summary>The rows of a table as texts of cells; lists and objects as JSON, missing values as null.</summary>
    public static List<string?[]> Rows(string file, bool skip = false)
    {
        using var table = TableFile.Open(file, new TableOptions { SkipMalformed = skip });
        return [.. table.Rows().Select(row => row.Cells.Select(cell => cell.Text ?? cell.Json?.GetRawText()).ToArray())];
    }

    /// <summary>The message of the error that reading a table ends with.</summary>
    public static string Problem(string file) => Assert.ThrowsAny<TaskException>(() => Rows(file)).Message;

    public static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
