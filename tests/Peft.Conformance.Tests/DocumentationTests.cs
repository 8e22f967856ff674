using System.Text.RegularExpressions;

namespace Peft.Conformance.Tests;

/// <summary>The page of the battery names its checks, and on what each runs.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void The_page_lists_every_check_and_no_other()
    {
        var page = File.ReadAllText(Path.Combine(GuideTests.Root, "docs", "guide", "conformance.md"));

        var listed = Rows().Matches(page).Select(row => (row.Groups["code"].Value, row.Groups["scope"].Value)).Order();

        Assert.Equal(ConformanceBattery.Checks.Select(check => (check.Id, Scope(check))).Order(), listed);
    }

    private static string Scope(ConformanceCheck check) =>
        (check.AppliesTo(ConformanceBackbone.Bert, mixed: false), check.AppliesTo(ConformanceBackbone.Gpt2, mixed: false)) switch
        {
            (true, true) => "all",
            (true, false) => "encoders",
            (false, true) => "decoders",
            _ => "mixtures",
        };

    [GeneratedRegex(@"^\| (?<code>[A-Z]\d+a?) \| (?<scope>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
