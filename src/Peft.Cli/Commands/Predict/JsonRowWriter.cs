using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

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
