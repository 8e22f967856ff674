using System.Globalization;
using System.Text.Json;
using Peft.Data;

namespace Peft.Training;

/// <summary>Reads the rows of a user's table, and checks each.</summary>
internal sealed class TableExampleReader(TableKind kind, TrainingOptions options)
{
    private const int MemoryCheckedEvery = 1 << 16;

    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal); // each text once in memory

    /// <summary>Whether a file is read even if most of its rows cannot be used, for reports about it.</summary>
    public bool IsTolerant { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file, or <c>-</c> for standard input.</param>
    /// <exception cref="TaskException">The file or a row is malformed; the message names both.</exception>
    /// <exception cref="NotEnoughMemoryException">The rows do not fit into memory.</exception>
    public TableExamples Read(string file)
    {
        using var table = TableFile.Open(file, new TableOptions { SkipMalformed = options.SkipMalformed });
        var columns = TableColumns.Choose(table, options);
        List<string>? problems = IsTolerant ? [] : null;
        var (read, characters) = (0, 0L);
        var rows = OwnTables.Read(table, row =>
        {
            var example = Example(row, columns);
            characters += example.Text.Length + (example.Pair?.Length ?? 0);
            if (++read % MemoryCheckedEvery == 0)
                CheckMemory(table.Name, read, characters);
            return example;
        }, problems);
        return new TableExamples(table.Name, table.Unit, columns, rows, table.Skipped)
        {
            AllColumns = table.Columns, Problems = problems ?? [],
        };
    }

    private static void CheckMemory(string file, int rows, long characters)
    {
        if (AvailableMemory.Bytes is var available && available < 2 * characters)
            throw new NotEnoughMemoryException(
                file, string.Create(CultureInfo.InvariantCulture, $"the tokens of more than {rows:N0} rows"), available,
                "give a smaller file");
    }

    private TableExample Example(TableRow row, TableColumns columns)
    {
        var text = row.RequireText(columns.Text);
        var pair = columns.Pair is null ? null : row.RequireText(columns.Pair);
        var group = columns.Group is null ? null : row[columns.Group].Text ?? row[columns.Group].Json?.GetRawText()
            ?? throw row.Wrong(columns.Group, "expected a value that names the row's group, found none");
        var cell = row[columns.Label];
        return kind switch
        {
            TableKind.Regression => new TableExample(text, pair, [], Target(row, columns.Label, cell), group, row.Number),
            TableKind.MultiLabel => new TableExample(text, pair, Labels(row, columns.Label, cell), 0, group, row.Number),
            _ => new TableExample(text, pair, [Label(row, columns.Label, cell)], 0, group, row.Number),
        };
    }

    private string Label(TableRow row, string column, TableCell cell) => cell switch
    {
        { Text: { } text } when !string.IsNullOrWhiteSpace(text) => Once(text.Trim()),
        { Json: { } json } => throw row.Wrong(
            column, $"expected one label, found {json.ValueKind} {Excerpt.Cut(json)}; several labels are --task multi-label"),
        _ => throw row.Wrong(column, "expected a label, found none"),
    };

    private IReadOnlyList<string> Labels(TableRow row, string column, TableCell cell)
    {
        var texts = cell switch
        {
            { Json: { ValueKind: JsonValueKind.Array } list } => list.EnumerateArray().Select(item => item.ValueKind switch
            {
                JsonValueKind.String => item.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => item.GetRawText(),
                _ => throw row.Wrong(column, $"expected a list of labels, found {item.ValueKind} in it"),
            }),
            { Json: { } json } => throw row.Wrong(column, $"expected a list of labels, found {json.ValueKind}"),
            { Text: { } text } => text.Split(options.LabelSeparator),
            _ => [],
        };
        return [.. texts.Select(text => text.Trim()).Where(text => text.Length > 0).Distinct().Select(Once)];
    }

    private static double Target(TableRow row, string column, TableCell cell) =>
        double.TryParse(cell.Text?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var target) && double.IsFinite(target)
            && Math.Abs(target) < float.MaxValue
            ? target
            : throw row.Wrong(column, cell.IsMissing || cell.Text is { Length: 0 } ? "expected a number, found none"
                : $"expected a number with a decimal point, found '{Excerpt.Cut(cell.Text ?? cell.Json!.Value.GetRawText())}'");

    private string Once(string label)
    {
        if (!_labels.TryGetValue(label, out var same))
            _labels[label] = same = label;
        return same;
    }
}
