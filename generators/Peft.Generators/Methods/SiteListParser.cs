using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Reads [InjectAt].</summary>
internal sealed class SiteListParser(
    INamedTypeSymbol type, TypeDeclarationSyntax syntax, ContractKind kind, Findings findings)
{
    /// <summary>The sites as code.</summary>
    public List<string> Read()
    {
        var sites = new List<string>();
        if (type.Attribute(Contract.InjectAt) is not { } attribute)
        {
            findings.Add(DiagnosticDescriptors.NoSite, syntax.Identifier.GetLocation(), type.Name, kind.Word);
            return sites;
        }

        if (attribute.Argument(0) is not { Kind: TypedConstantKind.Array, IsNull: false } array)
            return sites;
        if (array.Values.IsEmpty)
        {
            var location = attribute.ApplicationSyntaxReference!.GetSyntax().GetLocation();
            findings.Add(DiagnosticDescriptors.NoSite, location, type.Name, kind.Word);
        }

        for (var i = 0; i < array.Values.Length; i++)
        {
            CheckKind(attribute, i, array.Values[i]);
            sites.Add(Literals.OfEnum(array.Values[i]));
        }

        return sites;
    }

    private void CheckKind(AttributeData attribute, int index, TypedConstant value)
    {
        if (Literals.EnumMember(value) is not { } site || ContractKind.OfSite(site) == kind)
            return;
        var known = Contract.SitesOf(value.Type!, kind);
        findings.Add(
            DiagnosticDescriptors.WrongSiteKind, attribute.LocationOf(index), site, ContractKind.OfSite(site).Word, type.Name, kind.Base,
            known);
    }
}
