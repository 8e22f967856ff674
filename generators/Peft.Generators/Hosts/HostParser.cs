using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Hosts;

/// <summary>Reads a class with site methods.</summary>
internal static class HostParser
{
    /// <summary>
    /// The class around an annotated method; null unless the method is the first of its class, so that each class comes once.
    /// </summary>
    public static ParseResult<HostModel>? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = context.TargetSymbol.ContainingType;
        var sites = SiteMethods(type);
        var target = (IMethodSymbol)context.TargetSymbol;
        if (sites.Count == 0
            || !SymbolEqualityComparer.Default.Equals(sites[0].Method, target.PartialDefinitionPart ?? target)
            || !SymbolEqualityComparer.Default.Equals(sites[0].Attribute.AttributeClass, context.Attributes[0].AttributeClass))
        {
            return null;
        }

        var diagnostics = new List<DiagnosticInfo>();
        var isHost = CheckBase(type, diagnostics);
        var hierarchy = TypeHierarchy.Of(type, diagnostics);
        var parser = new SiteParser(type, context.SemanticModel.Compilation, diagnostics);
        var models = new List<SiteModel>();
        foreach (var (method, attribute) in sites)
        {
            cancellation.ThrowIfCancellationRequested();
            if (parser.Read(method, attribute) is { } site)
                models.Add(site);
        }

        var model = hierarchy is null
            ? null : new HostModel(hierarchy, isHost, new EquatableArray<SiteModel>(models), parser.Names.Take("_injectionPoints"));
        return new ParseResult<HostModel>(model, new EquatableArray<DiagnosticInfo>(diagnostics));
    }

    /// <summary>The annotated methods of a type, in order of declaration.</summary>
    private static List<(IMethodSymbol Method, AttributeData Attribute)> SiteMethods(INamedTypeSymbol type)
    {
        var sites = new List<(IMethodSymbol, AttributeData)>();
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol method
                && SiteAttribute(method) is { ApplicationSyntaxReference: not null } attribute)
            {
                sites.Add((method, attribute));
            }
        }

        return sites;
    }

    private static AttributeData? SiteAttribute(IMethodSymbol method)
    {
        foreach (var kind in ContractKind.Offered)
        {
            if (method.Attribute(kind.Attribute + "Attribute") is { } attribute)
                return attribute;
        }

        return null;
    }

    private static bool CheckBase(INamedTypeSymbol type, List<DiagnosticInfo> diagnostics)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (!OffersSites(current))
                continue;
            var syntax = (TypeDeclarationSyntax)type.DeclaringSyntaxReferences[0].GetSyntax();
            diagnostics.Add(new DiagnosticInfo(
                DiagnosticDescriptors.BaseOffersSites, LocationInfo.Of(syntax.Identifier), type.Name, current.Name));
            return false;
        }

        return true;
    }

    /// <summary>
    /// By its interface in another assembly; by its attributes in this one, where the generated interface is not seen yet.
    /// </summary>
    private static bool OffersSites(INamedTypeSymbol type)
    {
        foreach (var implemented in type.Interfaces)
        {
            if (Contract.Is(implemented, Contract.InjectionHost))
                return true;
        }

        return SiteMethods(type).Count > 0;
    }
}
