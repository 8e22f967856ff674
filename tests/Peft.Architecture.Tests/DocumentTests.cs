using System.Text.RegularExpressions;

namespace Peft.Architecture.Tests;

/// <summary>The pages of the documentation: links that resolve, an index that is complete, a README of short sections.</summary>
public sealed partial class DocumentTests
{
    private const int LongestSection = 25, WidestLine = 140;

    [Fact]
    public void Links_between_pages_resolve()
    {
        var broken = from page in Pages()
                     from Match link in Link().Matches(File.ReadAllText(page))
                     let target = link.Groups["target"].Value
                     where !target.Contains("://", StringComparison.Ordinal)
                     let path = Path.Combine(Path.GetDirectoryName(page)!, target)
                     where !File.Exists(path) && !Directory.Exists(path)
                     select $"{Path.GetRelativePath(Repository.Root, page)}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void The_index_names_every_guide_and_reference_page()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        var index = File.ReadAllText(Path.Combine(docs, "README.md"));
        string[] pages = [.. new[] { "guide", "reference" }.SelectMany(folder => Directory.GetFiles(Path.Combine(docs, folder), "*.md"))];
        Assert.NotEmpty(pages);
        Assert.All(pages, page => Assert.Contains($"]({Path.GetRelativePath(docs, page)})", index));
    }

    [Fact]
    public void No_section_of_the_README_is_long()
    {
        var sections = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("\n## ");
        Assert.All(sections.Skip(1), section => Assert.True(
            section.Trim().Split('\n').Length - 1 <= LongestSection, $"{section.Split('\n')[0]} has more than {LongestSection} lines"));
    }

    /// <summary>Tables and code may be wider.</summary>
    [Fact]
    public void Lines_of_prose_end_by_column_140()
    {
        foreach (var page in Pages())
        {
            var isCode = false;
            foreach (var line in File.ReadLines(page))
            {
                isCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
                Assert.True(isCode || line.Length <= WidestLine || line.StartsWith('|'), $"{page}: {line}");
            }
        }
    }

    private static IEnumerable<string> Pages() =>
    [
        Path.Combine(Repository.Root, "README.md"), Path.Combine(Repository.Root, "CHANGELOG.md"),
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
    ];

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
