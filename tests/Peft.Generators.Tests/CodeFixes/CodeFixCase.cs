using Microsoft.CodeAnalysis.CodeFixes;

namespace Peft.Generators.Tests;

/// <summary>A source with an error and what a code fix makes of it.</summary>
/// <param name="Name">What is mended, in words.</param>
/// <param name="Fix">The fix.</param>
/// <param name="Title">What it offers.</param>
/// <param name="Source">The source before.</param>
/// <param name="Expected">The source after.</param>
internal sealed record CodeFixCase(string Name, CodeFixProvider Fix, string Title, string Source, string Expected)
{
    /// <summary>Other rules that the result breaks; the fix cannot know what the author wants there.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>How often "fix all" is applied; more than once where changes overlap, as those of nested types do.</summary>
    public int PassesOfFixAll { get; init; } = 1;

    public static IReadOnlyList<CodeFixCase> All { get; } =
        [.. PartialFixCases.All, .. MethodFixCases.All, .. MemberFixCases.All, .. SettingFixCases.All];
}
