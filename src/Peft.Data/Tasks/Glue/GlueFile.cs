using System.Globalization;

namespace Peft.Data;

/// <summary>Reads a tab-separated file without quoting: quotation marks are ordinary characters.</summary>
internal sealed class GlueFile
{
    private readonly GlueLayout _layout;
    private readonly string _path;
    private readonly int _columns;
    private readonly int _text;
    private readonly int? _pair;
    private readonly int _label;

    private GlueFile(GlueLayout layout, string path, string[] firstRow)
    {
        _layout = layout;
        _path = path;
        if (!layout.Accepts(firstRow)) throw WrongHeader(firstRow);
        var names = layout.Header.Length > 0
            ? firstRow
            : [.. Enumerable.Range(0, GlueLayout.HeaderlessColumns).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        _columns = names.Length;
        _text = Array.IndexOf(names, layout.Text);
        _pair = layout.Pair is null ? null : Array.IndexOf(names, layout.Pair);
        _label = Array.IndexOf(names, layout.Label);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="layout">The task's columns.</param>
    /// <param name="path">The file.</param>
    /// <param name="skipMalformedRows">Whether malformed rows are skipped.</param>
    /// <param name="chosen">Which rows to take, by their columns; null for all.</param>
    public static TaskSplit Read(GlueLayout layout, string path, bool skipMalformedRows, Func<string[], bool>? chosen = null)
    {
        var lines = TaskFile.ReadRows(path);
        if (lines.Count == 0) throw new TaskFileFormatException($"{path}: the file is empty. Fetch {layout.Task.DisplayName} again.");
        var file = new GlueFile(layout, path, lines[0].Split('\t'));
        var examples = new List<Example>(lines.Count);
        var malformed = new MalformedRows(path, skipMalformedRows);
        var left = 0;
        for (var i = layout.Header.Length > 0 ? 1 : 0; i < lines.Count; i++)
        {
            var (row, line) = (lines[i].Split('\t'), i + 1);
            if (row.Length == layout.BrokenColumns) malformed.Skip(line, file.WrongCount(row, line).Message);
            else if (chosen is not null && row.Length == file._columns && !chosen(row)) left++;
            else malformed.Try(line, () => examples.Add(file.ReadRow(row, line)));
        }

        var skipped = malformed.Close(examples.Count + left);
        if (examples.Count == 0) throw new TaskFileFormatException(
            $"{path}: there is no example below the header. Fetch {layout.Task.DisplayName} again.");
        return new TaskSplit(path, examples) { Skipped = skipped };
    }

    private Example ReadRow(string[] row, int line) => row.Length != _columns
        ? throw WrongCount(row, line)
        : new Example(
            row[_text], _pair is { } second ? row[second] : null,
            _layout.Task.IsRegression ? Score(row[_label], line) : ClassOf(row[_label], line));

    private int ClassOf(string value, int line)
    {
        var index = Array.IndexOf(_layout.FileLabels, value);
        return index >= 0 ? index : throw new TaskLabelException(
            $"{_path}:{line}: '{Excerpt.Cut(value)}' is no label of {_layout.Task.DisplayName}. Allowed: "
                + $"{string.Join(", ", _layout.FileLabels)}. "
            + MalformedRows.Advice);
    }

    private float Score(string value, int line)
    {
        var (low, high) = GlueLayout.ScoreRange;
        if (float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && score >= low
            && score <= high) return score;
        throw new TaskLabelException($"{_path}:{line}: '{Excerpt.Cut(value)}' is no score of {_layout.Task.DisplayName}. Allowed: a "
            + $"number from {low} "
            + $"to {high}. {MalformedRows.Advice}");
    }

    private TaskFileFormatException WrongCount(string[] row, int line) => new(
        $"{_path}:{line}: expected {_columns} columns separated by tabs, found "
        + $"{(row is [""] ? "an empty line" : row.Length)}. {MalformedRows.Advice}");

    private TaskHeaderException WrongHeader(string[] firstRow)
    {
        var wanted = _layout.Header.Length > 0
            ? $"the columns {string.Join(", ", _layout.Header)}"
            : $"{GlueLayout.HeaderlessColumns} columns without a header, the second a label ({string.Join(", ", _layout.FileLabels)})";
        var other = GlueLayout.All.FirstOrDefault(candidate => candidate != _layout && candidate.Accepts(firstRow));
        var advice = other is null
            ? "Give the task's own labelled file."
            : $"It looks like {other.Task.DisplayName}: give {_layout.Task.DisplayName}'s folder, or ask for '{other.Task.Name}'.";
        var shown = string.Join(", ", firstRow.Take(12).Select(column => column.Length > 40 ? column[..40] + "..." : column));
        return new TaskHeaderException($"{_path}:1: {_layout.Task.DisplayName} needs {wanted}; found {shown}. {advice}");
    }
}
