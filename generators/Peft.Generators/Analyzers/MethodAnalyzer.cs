using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Peft.Generators.Methods;

namespace Peft.Generators.Analyzers;

/// <summary>The rules for classes with [PeftMethod]: reads each as the generator does, and reports what is wrong with it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MethodAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = DiagnosticDescriptors.OfMethods;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            // Duplicate names and cycles of composites are found only when all classes are known.
            var claims = new ConcurrentBag<NameClaim>();
            start.RegisterSymbolAction(symbol => Check(symbol, claims), SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end =>
            {
                var all = ImmutableArray.CreateRange(claims);
                Report(DuplicateNames.Find(all), end.ReportDiagnostic);
                Report(PartCycles.Find(all), end.ReportDiagnostic);
            });
        });
    }

    private static void Check(SymbolAnalysisContext context, ConcurrentBag<NameClaim> claims)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.Attribute(Contract.PeftMethod) is not { ApplicationSyntaxReference: not null } attribute)
            return;
        var findings = new Findings(areWanted: true);
        MethodParser.Parse(type, attribute, context.Compilation, findings, context.CancellationToken);
        Report(findings.Found, context.ReportDiagnostic);
        claims.Add(NameClaim.Read(type, attribute));
    }

    private static void Report(IReadOnlyList<Diagnostic> found, Action<Diagnostic> report)
    {
        foreach (var diagnostic in found)
            report(diagnostic);
    }
}
