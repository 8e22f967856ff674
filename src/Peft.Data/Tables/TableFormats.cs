using System.Text.Json;

namespace Peft.Data;

/// <summary>Recognises the format of a table.</summary>
internal static class TableFormats
{
    /// <summary>The first bytes of a Parquet file.</summary>
    public static ReadOnlySpan<byte> ParquetMark => "PAR1"u8;

    /// <summary>The format by the extension, else by the first bytes.</summary>
    /// <param name="path">The file, or <see cref="TableStream.StandardInput"/>.</param>
    /// <param name="start">Its first bytes, decompressed.</param>
    public static TableFormat Of(string path, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(ParquetMark))
            return TableFormat.Parquet;
        var named = TableStream.FormatOf(path);
        if (named is not (null or TableFormat.Json or TableFormat.JsonLines))
            return named.Value;
        var text = start.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'[', ..])
            return TableFormat.Json;
        if (text is [(byte)'{', ..])
            return named == TableFormat.JsonLines || IsRecord(text) ? TableFormat.JsonLines : TableFormat.Json;
        return named ?? (FirstLine(text).Contains((byte)'\t') ? TableFormat.Tsv : TableFormat.Csv);
    }

    /// <summary>The separator of a .csv file: a comma, or what spreadsheets write in countries with a decimal comma.</summary>
    /// <param name="start">The first bytes.</param>
    public static char Delimiter(ReadOnlySpan<byte> start)
    {
        var header = FirstLine(start);
        return header.Contains((byte)',') ? ',' : header.Contains((byte)';') ? ';' : header.Contains((byte)'\t') ? '\t' : ',';
    }

    /// <summary>Whether an object is on a line of its own and is no document with a list of records.</summary>
    private static bool IsRecord(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(FirstLine(text));
            using var document = JsonDocument.ParseValue(ref reader);
            return !(document.RootElement.TryGetProperty(JsonArrayReader.ListName, out var list)
                && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) => text.IndexOf((byte)'\n') is >= 0 and var end ? text[..end] : text;
}
