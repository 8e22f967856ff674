using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Peft.Generators.Analyzers;

/// <summary>Finds layers that offer a site and do not use it: methods attached there would silently do nothing.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SiteUseAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [DiagnosticDescriptors.UncalledSite, DiagnosticDescriptors.SitePassedBy];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolStartAction(Begin, SymbolKind.NamedType);
    }

    private static void Begin(SymbolStartAnalysisContext context)
    {
        var sites = SitesOf((INamedTypeSymbol)context.Symbol);
        if (sites.Count == 0)
            return;
        var used = new ConcurrentDictionary<ISymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterOperationAction(
            operation => Visit((IInvocationOperation)operation.Operation, sites, used, operation), OperationKind.Invocation);
        context.RegisterOperationAction(
            operation => used[((IMethodReferenceOperation)operation.Operation).Method] = true, OperationKind.MethodReference);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var site in sites)
            {
                // Other classes may call a method that is not private.
                if (site.Method.DeclaredAccessibility == Accessibility.Private && !used.ContainsKey(site.Method))
                    end.ReportDiagnostic(Diagnostic.Create(
                        DiagnosticDescriptors.UncalledSite, site.Method.Locations[0], site.Method.Name, site.Name));
            }
        });
    }

    private static void Visit(
        IInvocationOperation call, List<OfferedSite> sites, ConcurrentDictionary<ISymbol, bool> used, OperationAnalysisContext context)
    {
        used[call.TargetMethod] = true;
        if (call is not { Instance: IFieldReferenceOperation { Field: { } field }, TargetMethod.Name: "call" or "forward" })
            return;
        foreach (var site in sites)
        {
            if (site.Field == field.Name && SymbolEqualityComparer.Default.Equals(site.Method.ContainingType, field.ContainingType))
                context.ReportDiagnostic(PassedBy(call, field, site));
        }
    }

    /// <summary>The message's arguments are properties too, for the code fix.</summary>
    private static Diagnostic PassedBy(IInvocationOperation call, IFieldSymbol field, OfferedSite site)
    {
        string[] arguments = [field.Name, site.Method.Name, site.Name];
        var properties = ImmutableDictionary<string, string?>.Empty.Add("0", arguments[0]).Add("1", arguments[1]).Add("2", arguments[2]);
        return Diagnostic.Create(DiagnosticDescriptors.SitePassedBy, call.Syntax.GetLocation(), properties, arguments);
    }

    private static List<OfferedSite> SitesOf(INamedTypeSymbol type)
    {
        var sites = new List<OfferedSite>();
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol { PartialDefinitionPart: null } method)
                continue;
            foreach (var attribute in method.GetAttributes())
            {
                if (attribute.AttributeClass is { } known && ContractKind.OfAttribute(known) is { } kind
                    && attribute.Argument(0) is { } site)
                    sites.Add(new OfferedSite(method, Literals.EnumMember(site) ?? "", kind.HasModule ? attribute.Text(1) : null));
            }
        }

        return sites;
    }

    /// <summary>A site method.</summary>
    /// <param name="Method">The method.</param>
    /// <param name="Name">The site.</param>
    /// <param name="Field">The field that the method calls; null where the layer calls it itself, as the norm behind a stream.</param>
    private sealed record OfferedSite(IMethodSymbol Method, string Name, string? Field);
}
