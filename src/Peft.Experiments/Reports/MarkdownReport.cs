using System.Text;

namespace Peft.Experiments;

/// <summary>Writes a report as Markdown, whose figures are files beside it.</summary>
internal static class MarkdownReport
{
    /// <summary>How the paired tests are computed.</summary>
    public static string TestsNote { get; } =
        $"Paired bootstrap over development rows and seeds, {PairedBootstrap.Resamples} resamples; p is two-sided and not corrected for "
        + "the number of tests.";

    /// <summary>Writes the text.</summary>
    /// <param name="sections">The studies.</param>
    public static string Write(IReadOnlyList<ReportSection> sections)
    {
        var text = new StringBuilder("# AdaMix studies\n\nOur values with the sample deviation over seeds; the paper's in brackets.\n");
        foreach (var section in sections)
            Append(text, section);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ReportSection section)
    {
        text.Append($"\n## {section.Study.Name}: {section.Study.Title}\n\n");
        if (section.Scale is { } scale)
            text.Append($"{scale}\n\n");
        Append(text, section.Scores);
        text.Append('\n').AppendJoin("", section.Study.Notes.Select(note => $"- {note}\n"));
        foreach (var figure in section.Figures)
            text.Append($"\n![{figure.Description}]({StudyReport.FiguresName}/{figure.FileName})\n");
        if (section.Tests is { } tests)
        {
            text.Append($"\n### Paired tests\n\n{TestsNote}\n\n");
            Append(text, tests);
        }

        text.Append("\n### Settings, versions and time\n\n").AppendJoin("", section.Facts.Select(fact => $"- {fact.Name}: {fact.Text}\n"));
    }

    private static void Append(StringBuilder text, ReportTable table)
    {
        text.Append("| ").AppendJoin(" | ", table.Header).Append(" |\n|").AppendJoin("|", table.Header.Select(_ => "---")).Append("|\n");
        foreach (var row in table.Rows)
            text.Append("| ").AppendJoin(" | ", row.Select(Cell)).Append(" |\n");
    }

    private static string Cell(ReportCell cell) => cell.Text.Replace("|", "\\|", StringComparison.Ordinal)
        + (cell.Paper is { } paper ? $" ({paper})" : "");
}
