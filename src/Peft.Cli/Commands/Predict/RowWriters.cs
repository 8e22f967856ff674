using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>Writes rows of a table with their predictions.</summary>
internal interface IRowWriter
{
    /// <summary>Writes one row.</summary>
    /// <param name="columns">The names of the table's columns.</param>
    /// <param name="row">The row.</param>
    /// <param name="prediction">Its prediction.</param>
    void Write(IReadOnlyList<string> columns, TableRow row, Prediction prediction);
}

/// <summary>Writes a JSON object on each line.</summary>
/// <param name="writer">Receives the lines.</param>
/// <param name="added">The columns of predictions.</param>
internal sealed class JsonRowWriter(TextWriter writer, PredictionColumns added) : IRowWriter
{
    private static readonly JsonSerializerOptions s_values =
        new(RunResult.Json) { WriteIndented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Write(IReadOnlyList<string> columns, TableRow row, Prediction prediction)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = s_values.Encoder }))
        {
            json.WriteStartObject();
            for (var index = 0; index < row.Cells.Count; index++)
                Write(json, columns[index], row.Cells[index]);
            for (var index = 0; index < added.Names.Count; index++)
            {
                json.WritePropertyName(added.Names[index]);
                JsonSerializer.Serialize(json, added.Values[index](prediction), s_values);
            }

            json.WriteEndObject();
        }

        writer.Write(Encoding.UTF8.GetString(_buffer.WrittenSpan) + "\n");
    }

    private static void Write(Utf8JsonWriter json, string name, TableCell cell)
    {
        json.WritePropertyName(name);
        if (cell.Json is { } value)
            value.WriteTo(json);
        else if (cell.Text is { } text && cell.IsLiteral && (text is "true" or "false" || char.IsAsciiDigit(text[^1])))
            json.WriteRawValue(text); // NaN and infinities of Parquet are no JSON
        else
            json.WriteStringValue(cell.Text); // or null
    }
}

/// <summary>
/// Writes cells with a separator between them, in quotation marks where RFC 4180 asks for them. Cells are written as they are, also those
/// that a spreadsheet takes for formulas.
/// </summary>
/// <param name="writer">Receives the lines.</param>
/// <param name="added">The columns of predictions.</param>
/// <param name="delimiter">The separator.</param>
internal sealed class DelimitedRowWriter(TextWriter writer, PredictionColumns added, char delimiter) : IRowWriter
{
    private readonly SearchValues<char> _quoted = SearchValues.Create([delimiter, '"', '\r', '\n']);
    private int _columns = -1;

    public void Write(IReadOnlyList<string> columns, TableRow row, Prediction prediction)
    {
        if (_columns < 0)
        {
            WriteLine(columns.Concat(added.Names));
            _columns = columns.Count;
        }

        WriteLine(Enumerable.Range(0, _columns).Select(index => index < row.Cells.Count ? Text(row.Cells[index]) : "")
            .Concat(added.Values.Select(value => Text(value(prediction)))));
    }

    private void WriteLine(IEnumerable<string> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst)
                writer.Write(delimiter);
            isFirst = false;
            writer.Write(cell.AsSpan().IndexOfAny(_quoted) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        writer.Write('\n');
    }

    private static string Text(TableCell cell) => cell.Text ?? cell.Json?.GetRawText() ?? "";

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IReadOnlyList<string> labels => string.Join(",", labels),
        _ => JsonOutput.Line(value),
    };
}
