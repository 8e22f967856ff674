using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Hosts;

/// <summary>Reads a layer with site methods.</summary>
internal static class HostParser
{
    /// <summary>
    /// The model of a class; null where it has no site method or nothing can be written. What is wrong with it goes to the findings.
    /// </summary>
    public static HostModel? Parse(INamedTypeSymbol type, Compilation compilation, Findings findings, CancellationToken cancellation)
    {
        var sites = SiteMethods(type);
        if (sites.Count == 0)
            return null;
        var isHost = CheckBase(type, findings);
        var parser = new SiteParser(type, compilation, findings);
        var models = new List<SiteModel>();
        foreach (var (method, attribute) in sites)
        {
            cancellation.ThrowIfCancellationRequested();
            if (parser.Read(method, attribute) is { } site)
                models.Add(site);
        }

        return TypeHierarchy.Read(type) is not { } hierarchy
            ? null : new HostModel(hierarchy, isHost, new EquatableArray<SiteModel>(models), parser.Names.Take("_injectionPoints"));
    }

    /// <summary>The name of the nearest base class that offers sites, or null.</summary>
    public static string? OfferingBase(INamedTypeSymbol type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (OffersSites(current))
                return current.Name;
        }

        return null;
    }

    /// <summary>The annotated methods of a type, in order of declaration.</summary>
    public static List<(IMethodSymbol Method, AttributeData Attribute)> SiteMethods(INamedTypeSymbol type)
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

    private static bool CheckBase(INamedTypeSymbol type, Findings findings)
    {
        if (OfferingBase(type) is not { } other)
            return true;
        var syntax = (TypeDeclarationSyntax)type.DeclaringSyntaxReferences[0].GetSyntax();
        findings.Add(DiagnosticDescriptors.BaseOffersSites, syntax.Identifier.GetLocation(), type.Name, other);
        return false;
    }

    /// <summary>
    /// By its interface in another assembly; by its attributes in this one, where the generated interface is not seen yet.
    /// </summary>
    private static bool OffersSites(INamedTypeSymbol type)
    {
        foreach (var implemented in type.Interfaces)
        {
            if (Contract.Is(implemented, Contract.InjectionHostInterface))
                return true;
        }

        return SiteMethods(type).Count > 0;
    }
}
