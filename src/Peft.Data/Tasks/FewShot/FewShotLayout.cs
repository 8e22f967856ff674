namespace Peft.Data;

/// <summary>
/// The columns of a task in published few-shot files: those of LM-BFF (Gao et al. 2021) and CLUES (Mukherjee et al. 2021).
/// </summary>
/// <param name="Labels">The names of the classes.</param>
/// <param name="FileLabels">The files' spelling of the labels, in the order of the classes.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Text">The column of the text, from 0.</param>
/// <param name="Pair">The column of the second text; null for single texts.</param>
/// <param name="Label">The column of the label.</param>
internal sealed record FewShotLayout(
    IReadOnlyList<string> Labels, IReadOnlyList<string> FileLabels, int Columns, int Text, int? Pair, int Label)
{
    /// <summary>Whether the first record names the columns.</summary>
    public bool HasHeader { get; private init; }

    /// <summary>The number of columns of broken rows that the task's released files have, which are skipped and counted.</summary>
    public int? BrokenColumns { get; private init; }

    private static readonly string[] s_numbers = ["0", "1"];

    /// <summary>Files without a header, by task and format.</summary>
    private static readonly Dictionary<(string Task, TableFormat Format), FewShotLayout> s_headless = new()
    {
        [("sst2", TableFormat.Tsv)] = new(GlueTasks.Sst2.Labels, s_numbers, 2, 0, null, 1),
        [("mnli", TableFormat.Tsv)] = new(GlueTasks.Mnli.Labels, GlueTasks.Mnli.Labels, 5, 2, 3, 4),
        [("mpqa", TableFormat.Csv)] = new(["negative", "positive"], s_numbers, 2, 1, null, 0),
        [("subj", TableFormat.Csv)] = new(["subjective", "objective"], s_numbers, 2, 1, null, 0),
    };

    /// <summary>The layout of a file; null if it is not one of the task's published files.</summary>
    /// <param name="task">The task: one of GLUE's, <c>mpqa</c> or <c>subj</c>.</param>
    /// <param name="format">The file's format.</param>
    /// <param name="start">Its first two records.</param>
    public static FewShotLayout? Find(string task, TableFormat format, IReadOnlyList<string[]> start)
    {
        if (start.Count == 0)
            return null;
        var glue = format == TableFormat.Tsv ? GlueLayout.All.FirstOrDefault(layout => layout.Task.Name == task) : null;
        if (glue is { Header.Length: > 0 } && glue.Accepts(start[0]) && WithHeader(glue, start[0]) is var named)
            return start.Count > 1 && named.Owns(start[1]) ? named : null;
        return s_headless.GetValueOrDefault((task, format)) is { } layout && layout.Owns(start[0]) ? layout : null;
    }

    private static FewShotLayout WithHeader(GlueLayout glue, string[] header) => new(
        glue.Task.Labels, glue.FileLabels, header.Length, Array.IndexOf(header, glue.Text),
        glue.Pair is null ? null : Array.IndexOf(header, glue.Pair), Array.IndexOf(header, glue.Label))
    {
        HasHeader = true, BrokenColumns = glue.BrokenColumns,
    };

    /// <summary>Whether a record has the layout's columns and a label of the task.</summary>
    private bool Owns(string[] record) => record.Length == Columns && FileLabels.Contains(record[Label]);
}
