using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Peft.Generators.Hosts;

namespace Peft.Generators.Analyzers;

/// <summary>The rules for layers with site methods: reads each as the generator does, and reports what is wrong with it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HostAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = DiagnosticDescriptors.OfHosts;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var sites = HostParser.SiteMethods(type);
        if (sites.Count == 0)
            return;
        var findings = new Findings(areWanted: true);
        HostParser.Parse(type, context.Compilation, findings, context.CancellationToken);
        if (type.TypeKind == TypeKind.Class && type.Attribute(Contract.InjectionHost) is null && HostParser.OfferingBase(type) is null)
            findings.Add(DiagnosticDescriptors.NotAHost, Identifier(sites[0].Method), type.Name, sites[0].Method.Name);
        foreach (var diagnostic in findings.Found)
            context.ReportDiagnostic(diagnostic);
    }

    /// <summary>The class's name where its first site method is declared.</summary>
    private static Location Identifier(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences[0].GetSyntax().FirstAncestorOrSelf<TypeDeclarationSyntax>()!.Identifier.GetLocation();
}
