using System.Text.Json;
using Peft.Data;

namespace Peft.Tests.Training;

/// <summary>A table of JSON objects in memory.</summary>
internal sealed class MemoryTable : ITable
{
    private readonly List<string> _columns = [];
    private readonly List<TableRow> _rows = [];

    public MemoryTable(params string[] records)
    {
        foreach (var record in records)
        {
            using var document = JsonDocument.Parse(record);
            var fields = document.RootElement.Clone();
            _columns.AddRange(fields.EnumerateObject().Select(field => field.Name).Except(_columns));
            _rows.Add(new TableRow(this, _rows.Count + 1, [.. _columns.Select(column => Cell(fields, column))]));
        }
    }

    public string Name => "memory.jsonl";

    public string Unit => "line";

    public IReadOnlyList<string> Columns => _columns;

    public SkippedRows? Skipped => null;

    public int IndexOf(string column) => _columns.IndexOf(column);

    public IEnumerable<TableRow> Rows() => _rows;

    public void Refuse(TableRow row, TaskException problem) => throw problem;

    public void Dispose()
    {
    }

    private static TableCell Cell(JsonElement fields, string column) => !fields.TryGetProperty(column, out var value) ? TableCell.Missing
        : value.ValueKind switch
        {
            JsonValueKind.Null => TableCell.Missing,
            JsonValueKind.String => new TableCell(value.GetString()),
            JsonValueKind.Array or JsonValueKind.Object => new TableCell(null, value),
            _ => new TableCell(value.GetRawText()),
        };
}
