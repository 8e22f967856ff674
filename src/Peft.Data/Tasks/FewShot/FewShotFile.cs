namespace Peft.Data;

/// <summary>A row of a published few-shot file.</summary>
/// <param name="Text">The text, or the first text of a pair.</param>
/// <param name="Pair">The second text; null for single texts.</param>
/// <param name="Label">The name of the class.</param>
/// <param name="Spelling">The label as the file writes it.</param>
/// <param name="Line">The row's line, from 1.</param>
internal sealed record FewShotRow(string Text, string? Pair, string Label, string Spelling, long Line);

/// <summary>The rows of a published few-shot file.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Skipped">Malformed rows that were skipped; null for none.</param>
internal sealed record FewShotRows(IReadOnlyList<FewShotRow> Rows, SkippedRows? Skipped);

/// <summary>Reads published few-shot files. In tab-separated ones, as in GLUE's, quotation marks are ordinary characters.</summary>
internal static class FewShotFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="task">The task, as <see cref="FewShotLayout.Find"/> takes it.</param>
    /// <param name="path">The file.</param>
    /// <param name="skipMalformed">Whether malformed rows are skipped and counted.</param>
    /// <returns>The rows; null if the file is not one of the task's published files.</returns>
    /// <exception cref="TaskException">The file is missing or not UTF-8, or a row is malformed.</exception>
    public static FewShotRows? Read(string task, string path, bool skipMalformed) =>
        TableStream.FormatOf(path) is (TableFormat.Tsv or TableFormat.Csv) and { } format
            ? TableFile.Checked(path, () => Read(task, path, format, skipMalformed)) : null;

    private static FewShotRows? Read(string task, string path, TableFormat format, bool skipMalformed)
    {
        if (FewShotLayout.Find(task, format, [.. Records(path, format).Take(2).Select(record => record.Cells)]) is not { } layout)
            return null;
        var rows = new List<FewShotRow>();
        var malformed = new MalformedRows(path, skipMalformed);
        foreach (var (line, cells) in Records(path, format).Skip(layout.HasHeader ? 1 : 0))
        {
            if (cells.Length == layout.BrokenColumns)
                malformed.Skip((int)line, WrongCount(path, line, layout, cells).Message);
            else
                malformed.Try((int)line, () => rows.Add(Row(path, line, layout, cells)));
        }

        return new FewShotRows(rows, malformed.Close(rows.Count));
    }

    /// <summary>The records with their lines; empty lines are left out.</summary>
    private static IEnumerable<(long Line, string[] Cells)> Records(string path, TableFormat format)
    {
        var source = TableStream.Open(path);
        using var stream = source.Stream;
        if (format == TableFormat.Tsv)
        {
            var line = 0L;
            foreach (var text in TextLines.Read(stream, source.Name))
            {
                line++;
                if (text.Length > 0)
                    yield return (line, text.Split('\t'));
            }

            yield break;
        }

        var (reader, cells) = (new DelimitedReader(stream, source.Name, ',') { FirstOffset = source.FirstOffset }, new List<string>());
        while (reader.Read(cells))
        {
            if (!reader.IsBlank)
                yield return (reader.Line, [.. cells]);
        }
    }

    private static FewShotRow Row(string path, long line, FewShotLayout layout, string[] cells)
    {
        if (cells.Length != layout.Columns)
            throw WrongCount(path, line, layout, cells);
        if (string.IsNullOrWhiteSpace(cells[layout.Text]) || (layout.Pair is { } second && string.IsNullOrWhiteSpace(cells[second])))
            throw new TaskFileFormatException($"{path}:{line}: expected a text, found an empty one. {MalformedRows.Advice}");
        var label = layout.FileLabels.ToList().IndexOf(cells[layout.Label]);
        return label >= 0
            ? new FewShotRow(
                cells[layout.Text], layout.Pair is { } pair ? cells[pair] : null, layout.Labels[label], cells[layout.Label], line)
            : throw new TaskLabelException($"{path}:{line}: '{Excerpt.Cut(cells[layout.Label])}' is no label of the task. Allowed: "
                + $"{string.Join(", ", layout.FileLabels)}. {MalformedRows.Advice}");
    }

    private static TaskFileFormatException WrongCount(string path, long line, FewShotLayout layout, string[] cells) =>
        new($"{path}:{line}: expected {layout.Columns} columns, found {cells.Length}. {MalformedRows.Advice}");
}
