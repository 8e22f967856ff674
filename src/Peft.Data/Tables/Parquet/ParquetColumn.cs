using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Peft.Data;

/// <summary>The cells of a column of a row group.</summary>
internal static class ParquetColumn
{
    private static readonly HashSet<Type> s_types =
    [
        typeof(ReadOnlyMemory<char>), typeof(string), typeof(bool), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int),
        typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(DateTime),
    ];

    /// <summary>Whether the values of a field are text, numbers, truth values or dates.</summary>
    public static bool CanRead(DataField field) => s_types.Contains(field.ClrType);

    /// <summary>Reads the cells: a text each, or a list.</summary>
    public static List<TableCell> Read(ParquetRowGroupReader group, DataField field)
    {
        using var raw = group.ReadRawColumnDataBaseAsync(field).AsTask().GetAwaiter().GetResult();
        return raw switch
        {
            RawColumnData<ReadOnlyMemory<char>> texts => Cells(texts, field, text => text.ToString()),
            RawColumnData<bool> truths => Cells(truths, field, truth => truth ? "true" : "false"),
            RawColumnData<DateTime> dates => Cells(dates, field, date => date.ToString("O", CultureInfo.InvariantCulture)),
            RawColumnData<sbyte> numbers => Numbers(numbers, field),
            RawColumnData<byte> numbers => Numbers(numbers, field),
            RawColumnData<short> numbers => Numbers(numbers, field),
            RawColumnData<ushort> numbers => Numbers(numbers, field),
            RawColumnData<int> numbers => Numbers(numbers, field),
            RawColumnData<uint> numbers => Numbers(numbers, field),
            RawColumnData<long> numbers => Numbers(numbers, field),
            RawColumnData<ulong> numbers => Numbers(numbers, field),
            RawColumnData<float> numbers => Numbers(numbers, field),
            RawColumnData<double> numbers => Numbers(numbers, field),
            RawColumnData<decimal> numbers => Numbers(numbers, field),
            _ => throw new InvalidDataException($"column {field.Name} has values of {raw.GetType()}"),
        };
    }

    private static List<TableCell> Numbers<T>(RawColumnData<T> raw, DataField field)
        where T : struct, IFormattable => Cells(raw, field, number => number.ToString(null, CultureInfo.InvariantCulture),
            areLiterals: true);

    /// <summary>
    /// Joins values with their levels: a definition level below the highest is a null, of the value or of what holds it; a repetition level
    /// of 0 begins a row.
    /// </summary>
    private static List<TableCell> Cells<T>(RawColumnData<T> raw, DataField field, Func<T, string> format, bool areLiterals = false)
        where T : struct
    {
        var values = raw.Values;
        var definitions = field.MaxDefinitionLevel > 0 ? raw.DefinitionLevels : default;
        var repetitions = field.MaxRepetitionLevel > 0 ? raw.RepetitionLevels : default;
        var count = definitions.Length > 0 ? definitions.Length : values.Length;
        var (cells, list, next) = (new List<TableCell>(count), (List<string?>?)null, 0);
        var isList = field.MaxRepetitionLevel > 0;
        for (var index = 0; index < count; index++)
        {
            var isValue = definitions.IsEmpty || definitions[index] == field.MaxDefinitionLevel;
            var text = isValue ? Checked(format(values[next++]), field, cells.Count + 1) : null;
            if (!isList)
            {
                cells.Add(new TableCell(text) { IsLiteral = areLiterals });
                continue;
            }

            if (repetitions.IsEmpty || repetitions[index] == 0)
            {
                Add(cells, list);
                list = [];
            }

            // The levels below that of an element without a value are those of an empty and of a missing list.
            if (isValue || definitions[index] == field.MaxDefinitionLevel - 1 && field.IsNullable)
                list!.Add(text);
        }

        Add(cells, list);
        return cells;
    }

    private static void Add(List<TableCell> cells, List<string?>? list)
    {
        if (list is not null)
            cells.Add(new TableCell(null, JsonSerializer.SerializeToElement(list)));
    }

    private static string Checked(string text, DataField field, int row) => text.Length <= TableLimits.Cell
        ? text
        : throw new TableLimitException($"row {row} of the row group, column '{Excerpt.Line(field.Name)}'", $"holds more than "
            + $"{TableLimits.Cell} bytes");
}
