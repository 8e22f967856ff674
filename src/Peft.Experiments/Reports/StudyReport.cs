using Peft.Data;

namespace Peft.Experiments;

/// <summary>The report that was written.</summary>
/// <param name="Page">The page, report.html.</param>
/// <param name="Text">The text, report.md.</param>
/// <param name="Cells">The finished cells that the report is about.</param>
internal sealed record WrittenReport(string Page, string Text, int Cells);

/// <summary>Writes a report of the studies of a folder.</summary>
internal static class StudyReport
{
    /// <summary>The page's file.</summary>
    public const string PageName = "report.html";

    /// <summary>The text's file.</summary>
    public const string TextName = "report.md";

    /// <summary>The folder of the text's figures.</summary>
    public const string FiguresName = "figures";

    /// <summary>Writes report.html, with everything in it, and report.md with a folder of figures.</summary>
    /// <param name="folder">A folder of studies.</param>
    /// <exception cref="StudyReportException">The folder has no finished cell.</exception>
    public static WrittenReport Write(string folder)
    {
        var studies = StudyCatalog.All.Select(study => StudyResults.Read(study, folder)).Where(results => results.Cells.Count > 0).ToList();
        if (studies.Count == 0)
            throw new StudyReportException(folder);
        var sections = studies.Select(ReportSection.Create).ToList();
        var (page, text) = (Path.Combine(folder, PageName), Path.Combine(folder, TextName));
        var figures = Path.Combine(folder, FiguresName);
        foreach (var figure in sections.SelectMany(section => section.Figures))
        {
            Directory.CreateDirectory(figures);
            WriteText(Path.Combine(figures, figure.FileName), figure.Svg);
        }

        WriteText(page, HtmlReport.Write(sections));
        WriteText(text, MarkdownReport.Write(sections));
        return new WrittenReport(page, text, studies.Sum(study => study.Cells.Count));
    }

    private static void WriteText(string file, string text) =>
        AtomicFile.Write(file, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}

/// <summary>A folder has no finished cell of a study.</summary>
/// <param name="folder">The folder.</param>
internal sealed class StudyReportException(string folder) : Exception(
    $"{folder}: has no finished cell of a study; expected a folder that `peft paper run --output` wrote.");
