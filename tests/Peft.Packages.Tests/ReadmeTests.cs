using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Peft.Generators.Hosts;
using Peft.Generators.Methods;

namespace Peft.Packages.Tests;

/// <summary>The README of every package: its own, and with a snippet that compiles.</summary>
[Collection(PackedPackages.Name)]
public sealed partial class ReadmeTests(PackageFeed feed)
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        """;

    public static TheoryData<string> Ids { get; } =
    [
        "Peft.Abstractions", "Peft", "Peft.Data", "Peft.Models", "Peft.Methods", "Peft.Training", "Peft.Hosting", "Peft.Server",
        "Peft.Conformance", "Peft.Templates", "Peft.Tool",
    ];

    [Theory, MemberData(nameof(Ids))]
    public void A_package_has_a_readme_of_its_own_whose_snippet_compiles(string id)
    {
        var text = Read(feed.Package(id));
        Assert.StartsWith($"# {id}\n", text);
        Assert.InRange(text.Split('\n').Length, 10, 50);
        var blocks = Block().Matches(text);
        Assert.NotEmpty(blocks);
        foreach (var code in blocks.Where(block => block.Groups[1].Value == "csharp").Select(block => block.Groups[2].Value))
            Assert.Empty(Errors(code));
    }

    [Fact]
    public void No_package_is_without_a_test_here() => Assert.Equal(
        Ids.Select(row => row.Data).Order(StringComparer.Ordinal),
        Directory.GetFiles(feed.Packages, "*.nupkg").Select(file => Version().Replace(Path.GetFileName(file), ""))
            .Order(StringComparer.Ordinal));

    private static string Read(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        using var reader = new StreamReader(archive.GetEntry("README.md")!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>Compiles a snippet as an author's build does: a program, or a library if it declares types alone.</summary>
    private static IEnumerable<string> Errors(string code)
    {
        var isLibrary = code.Contains("partial class", StringComparison.Ordinal);
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(Usings, PluginCompiler.Syntax), CSharpSyntaxTree.ParseText(code, PluginCompiler.Syntax)],
            PluginCompiler.Platform,
            PluginCompiler.Options.WithOutputKind(isLibrary ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication));
        CSharpGeneratorDriver.Create(
            [new MethodGenerator().AsSourceGenerator(), new HostGenerator().AsSourceGenerator()], parseOptions: PluginCompiler.Syntax)
            .RunGeneratorsAndUpdateCompilation(compilation, out var complete, out _);
        return complete.GetDiagnostics().Where(problem => problem.Severity == DiagnosticSeverity.Error).Select(problem => $"{problem}");
    }

    [GeneratedRegex("```(\\w*)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\.\d+\.\d+\.\d+.*$")]
    private static partial Regex Version();
}
