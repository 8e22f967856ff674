using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace Peft.Generators.Tests;

/// <summary>Applies a code fix one by one and to all its diagnostics at once, and compares the source with the expected one.</summary>
internal sealed class CodeFixCheck : CSharpCodeFixTest<GeneratorAnalyzer, EmptyCodeFixProvider, DefaultVerifier>
{
    private readonly CodeFixProvider _fix;

    public CodeFixCheck(CodeFixCase @case)
    {
        _fix = @case.Fix;
        var (before, after) = (GeneratorHarness.Usings + @case.Source, GeneratorHarness.Usings + @case.Expected);
        (TestCode, FixedCode) = (before, after);
        CodeActionEquivalenceKey = @case.Title;
        (TestState.MarkupHandling, FixedState.MarkupHandling) = (MarkupMode.None, MarkupMode.None);
        ReferenceAssemblies = new ReferenceAssemblies("net10.0"); // no package: the tests' own assemblies are referenced
        TestState.AdditionalReferences.AddRange(GeneratorHarness.Compile().References);
        FixedState.AdditionalReferences.AddRange(TestState.AdditionalReferences);
        FixedState.InheritanceMode = StateInheritanceMode.Explicit; // the source after may have fewer diagnostics of other rules, or others
        NumberOfFixAllIterations = @case.PassesOfFixAll;
        CompilerDiagnostics = CompilerDiagnostics.None; // sources without their generated parts do not compile
        TestState.ExpectedDiagnostics.AddRange(Expected(before));
        FixedState.ExpectedDiagnostics.AddRange(Expected(after));
    }

    protected override IEnumerable<CodeFixProvider> GetCodeFixProviders() => [_fix];

    protected override ParseOptions CreateParseOptions() => GeneratorHarness.ParseOptions;

    protected override CompilationOptions CreateCompilationOptions() => GeneratorHarness.Compile().Options;

    private static IEnumerable<DiagnosticResult> Expected(string source) => CodeFixHarness.Diagnose(source).Select(diagnostic =>
    {
        var span = diagnostic.Location.GetLineSpan().Span;
        return new DiagnosticResult(diagnostic.Id, diagnostic.Severity)
            .WithSpan(span.Start.Line + 1, span.Start.Character + 1, span.End.Line + 1, span.End.Character + 1);
    });
}
