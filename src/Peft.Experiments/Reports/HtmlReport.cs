using System.Net;
using System.Text;

namespace Peft.Experiments;

/// <summary>Writes a report as one HTML page without scripts and other files.</summary>
internal static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="sections">The studies.</param>
    public static string Write(IReadOnlyList<ReportSection> sections)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>AdaMix studies</title>\n<style>\n")
            .Append(Style()).Append("</style>\n</head>\n<body>\n<h1>AdaMix studies</h1>\n")
            .Append("<p>Our values with the sample deviation over seeds; <span class=\"paper\">the paper's value</span> below. ")
            .Append("Scores are from 0 to 100; NIST, CIDEr and TER have scales of their own.</p>\n<nav><ul>\n");
        foreach (var section in sections)
            page.Append($"<li><a href=\"#{section.Study.Name}\">{Escape(section.Study.Name)}: {Escape(section.Study.Title)}</a></li>\n");
        page.Append("</ul></nav>\n");
        foreach (var section in sections)
            Append(page, section);
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, ReportSection section)
    {
        page.Append($"<section id=\"{section.Study.Name}\">\n<h2>{Escape(section.Study.Name)}: {Escape(section.Study.Title)}</h2>\n");
        if (section.Scale is { } scale)
            page.Append($"<p class=\"scale\">{Escape(scale)}</p>\n");
        Append(page, section.Scores);
        if (section.Study.Notes.Count > 0)
            page.Append("<ul class=\"notes\">\n")
                .AppendJoin("\n", section.Study.Notes.Select(note => $"<li>{Escape(note)}</li>")).Append("\n</ul>\n");
        if (section.Figures.Count > 0)
            page.Append("<div class=\"figures\">\n").AppendJoin("\n", section.Figures.Select(figure =>
                $"<figure>{figure.Svg}<figcaption>{Escape(figure.Description)}</figcaption></figure>")).Append("\n</div>\n");
        if (section.Tests is { } tests)
        {
            page.Append($"<h3>Paired tests</h3>\n<p>{Escape(MarkdownReport.TestsNote)}</p>\n");
            Append(page, tests);
        }

        page.Append("<details open><summary>Settings, versions and time</summary>\n<dl>\n")
            .AppendJoin("\n", section.Facts.Select(fact => $"<dt>{Escape(fact.Name)}</dt><dd>{Escape(fact.Text)}</dd>"))
            .Append("\n</dl>\n</details>\n</section>\n");
    }

    private static void Append(StringBuilder page, ReportTable table)
    {
        page.Append("<div class=\"table\"><table>\n<thead><tr>")
            .AppendJoin("", table.Header.Select(heading => $"<th scope=\"col\">{Escape(heading)}</th>")).Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Append($"<tr><th scope=\"row\">{Cell(row[0])}</th>")
                .AppendJoin("", row.Skip(1).Select(cell => $"<td>{Cell(cell)}</td>")).Append("</tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n");
    }

    private static string Cell(ReportCell cell) => Escape(cell.Text)
        + (cell.Paper is { } paper ? $"<span class=\"paper\">{Escape(paper)}</span>" : "");

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Style()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
