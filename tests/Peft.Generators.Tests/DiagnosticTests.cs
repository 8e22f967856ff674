using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Peft.Generators.Tests;

/// <summary>What is said of sources with errors, where, and what the compiler adds to it.</summary>
public class DiagnosticTests
{
    public static TheoryData<string> Names => [.. DiagnosticCase.All.Select(@case => @case.Name)];

    public static IReadOnlyList<DiagnosticDescriptor> Descriptors { get; } =
    [
        .. typeof(DiagnosticDescriptors).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (DiagnosticDescriptor)field.GetValue(null)!),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Errors_are_reported_where_they_are(string name)
    {
        var @case = Assert.Single(DiagnosticCase.All, @case => @case.Name == name);
        var (source, marks) = Markup.Read(GeneratorHarness.Usings + @case.Source);

        var run = GeneratorHarness.Run(GeneratorHarness.Compile(source));

        var reported = run.Reported.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ToList();
        Assert.Equal(@case.Expected, reported.Select(diagnostic => (diagnostic.Id, diagnostic.GetMessage())));
        Assert.Equal(marks, reported.Select(diagnostic => diagnostic.Location.SourceSpan));
        Assert.All(reported, diagnostic => Assert.Equal("File0.cs", diagnostic.Location.GetLineSpan().Path));
        Assert.Equal(@case.CompilerErrors, run.CompilerDiagnostics.Select(diagnostic => diagnostic.Id).Order());
    }

    [Fact]
    public void A_duplicate_name_is_found_across_files()
    {
        string File(string type) => GeneratorHarness.Usings
            + $"[PeftMethod(\"m\")] [InjectAt(Site.Query)] internal sealed partial class {type} : ProjectionMethod "
            + "{ protected override Tensor Apply(Tensor x, Tensor y) => y; }";

        var diagnostic = Assert.Single(GeneratorHarness.Run(GeneratorHarness.Compile(File("One"), File("Two"))).Reported);

        Assert.Equal(("PEFT005", "Method name 'm' is taken by class 'One'"), (diagnostic.Id, diagnostic.GetMessage()));
        Assert.Equal("File1.cs", diagnostic.Location.GetLineSpan().Path);
    }

    [Theory]
    [InlineData("all", "up", "down")]
    [InlineData("out", "gate", "in")]
    [InlineData("up1", "up2", "up2")]
    [InlineData("a", "b", "b")]
    public void Groups_of_their_own_are_left_alone(string first, string second, string third) => Assert.Empty(
        GeneratorHarness.Run(GeneratorHarness.Compile(GeneratorHarness.Usings
            + $$"""
            [PeftMethod("m")] [InjectAt(Site.Query)]
            internal sealed partial class M : ProjectionMethod
            {
                [Trainable("In", Group = "{{first}}")] private partial Tensor A { get; }
                [Trainable("In", Group = "{{second}}")] private partial Tensor B { get; }
                [Trainable("In", Group = "{{third}}")] private partial Tensor C { get; }
                protected override Tensor Apply(Tensor x, Tensor y) => y;
            }
            """)).Reported);

    [Fact]
    public void Every_rule_has_a_case() =>
        Assert.Equal(
            Descriptors.Select(rule => rule.Id).Order(),
            DiagnosticCase.All.SelectMany(@case => @case.Expected).Select(pair => pair.Id).Distinct().Order());

    [Fact]
    public void Ids_are_unique_and_case_names_too()
    {
        Assert.Distinct(Descriptors.Select(rule => rule.Id));
        Assert.Distinct(DiagnosticCase.All.Select(@case => @case.Name));
    }
}
