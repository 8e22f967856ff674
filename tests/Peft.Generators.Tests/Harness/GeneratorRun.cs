using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Peft.Generators.Tests;

/// <summary>What the generators made of a compilation.</summary>
internal sealed record GeneratorRun(ImmutableArray<GeneratedSourceResult> Sources, ImmutableArray<Diagnostic> Reported, Compilation Output)
{
    /// <summary>The generated sources, one after the other.</summary>
    public string Text => string.Join("\n", Sources.Select(source => source.SourceText.ToString()));

    /// <summary>What the compiler says of the sources and the generated ones together.</summary>
    public IReadOnlyList<Diagnostic> CompilerDiagnostics =>
        [.. Output.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)];
}
