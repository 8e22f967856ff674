using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Peft.Generators.Tests;

/// <summary>The documents agree with the generators.</summary>
public partial class DocumentationTests
{
    public static TheoryData<string> Ids => [.. DiagnosticTests.Descriptors.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_rule_has_a_page(string id)
    {
        var rule = Assert.Single(DiagnosticTests.Descriptors, rule => rule.Id == id);

        Assert.Equal(["# " + id + ": " + rule.Title, "## Cause", "## Example", "## Fix"], Headings().Matches(Page(id))
            .Select(match => match.Value));
        Assert.EndsWith($"/docs/reference/diagnostics/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);
        Assert.Contains($"| [{id}]({id}.md) | {rule.Title} | ", Page("README"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_table_names_the_files_of_a_rule_and_of_its_fix(string id)
    {
        var cells = Page("README").Split('\n').Single(line => line.StartsWith($"| [{id}]", StringComparison.Ordinal)).Split('|');
        var field = typeof(DiagnosticDescriptors).GetFields()
            .Single(field => field.GetValue(null) is DiagnosticDescriptor rule && rule.Id == id).Name;
        var fixes = Directory.GetFiles(Repository.PathOf("generators", "Peft.CodeFixes"), "*Fix.cs", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains($"\"{id}\"", StringComparison.Ordinal)).Select(path => Path.GetFileName(path));

        Assert.All(cells[3].Split(','), file => Assert.Contains(
            "DiagnosticDescriptors." + field,
            Repository.Read(["generators", "Peft.Generators", .. file.Trim().Split('/')]),
            StringComparison.Ordinal));
        Assert.Equal(fixes.Distinct(), cells[4].Trim().Split('/', StringSplitOptions.RemoveEmptyEntries).TakeLast(1));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_example_breaks_the_rule_and_the_fix_does_not(string id)
    {
        var fences = CSharpFences().Matches(Page(id)).Select(match => GeneratorHarness.Usings + match.Groups[1].Value).ToList();

        Assert.Equal(2, fences.Count);
        Assert.Equal([id], GeneratorHarness.Run(GeneratorHarness.Compile(fences[0])).Reported.Select(diagnostic => diagnostic.Id));
        var fix = GeneratorHarness.Run(GeneratorHarness.Compile(fences[1]));
        Assert.Empty(fix.Reported);
        Assert.DoesNotContain(fix.CompilerDiagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void Every_page_has_a_rule() => Assert.Equal(
        DiagnosticTests.Descriptors.Select(rule => rule.Id + ".md").Append("README.md").Order(),
        Directory.GetFiles(Repository.PathOf("docs", "reference", "diagnostics")).Select(path => Path.GetFileName(path)).Order());

    [Fact]
    public void Generated_code_in_the_documents_is_that_of_the_baseline()
    {
        var document = Repository.Read("docs", "reference", "generated-code.md");

        // Each fence follows a comment that names its file.
        var current = QuotedFiles().Replace(
            document, match => $"<!-- {match.Groups[1].Value} "
                + $"-->\n```csharp\n{Repository.Read(match.Groups[1].Value.Split('/')).TrimEnd()}\n```\n");

        Assert.Equal(2, QuotedFiles().Count(document));
        if (Baseline.IsUpdating)
            File.WriteAllText(Repository.PathOf("docs", "reference", "generated-code.md"), current);
        else
            Assert.Equal(current, document);
    }

    private static string Page(string name) => Repository.Read("docs", "reference", "diagnostics", name + ".md");

    [GeneratedRegex("^##? .*$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpFences();

    [GeneratedRegex("<!-- (\\S+) -->\n```csharp\n.*?```\n", RegexOptions.Singleline)]
    private static partial Regex QuotedFiles();
}
