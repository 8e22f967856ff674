using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Hosts;

/// <summary>Reads the site methods of one class.</summary>
internal sealed class SiteParser(INamedTypeSymbol type, Compilation compilation, Findings findings)
{
    private readonly Dictionary<string, string> _offered = new(StringComparer.Ordinal);

    public MemberNames Names { get; } = new(type);

    /// <summary>A site method; null when no body can be written for it.</summary>
    public SiteModel? Read(IMethodSymbol method, AttributeData attribute)
    {
        var syntax = (MethodDeclarationSyntax)method.DeclaringSyntaxReferences[0].GetSyntax();
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            Report(DiagnosticDescriptors.NotPartial, syntax.Identifier.GetLocation(), "Site method", method.Name);
            return null;
        }

        var kind = ContractKind.OfAttribute(attribute.AttributeClass!)!;
        var hasSignature = CheckSignature(method, syntax, kind);
        var site = ReadSite(method, attribute, kind);
        var member = ReadMember(method, attribute, kind.Layer);
        if (method.PartialImplementationPart.IsOwn() || syntax.ConstraintClauses.Count > 0)
            return null;
        var point = hasSignature && site is not null && member is not null ? MakePoint(method, site, member, kind) : null;
        return new SiteModel(SiteDeclaration.Write(method, syntax), SiteDeclaration.Arguments(method), point);
    }

    private PointModel MakePoint(IMethodSymbol method, string site, string member, ContractKind kind) => new(
        kind.Point,
        site,
        MemberNames.Escape(member),
        kind.HasModule ? member : null,
        Names.Take("_" + MemberNames.Camel(method.Name) + "Point"),
        Names.Take(method.Name + "Point"));

    private bool CheckSignature(IMethodSymbol method, MethodDeclarationSyntax syntax, ContractKind kind)
    {
        if (SiteSignature.Problem(method, kind) is not { } problem)
            return true;
        var expected = $"{kind.Returns} {method.Name}({kind.Parameters})";
        Report(DiagnosticDescriptors.BadSiteMethod, syntax.Identifier.GetLocation(), method.Name, expected, problem);
        return false;
    }

    /// <summary>The site as code, or null.</summary>
    private string? ReadSite(IMethodSymbol method, AttributeData attribute, ContractKind kind)
    {
        if (attribute.Argument(0) is not { } value)
            return null;
        var name = Literals.EnumMember(value);
        var location = attribute.LocationOf(0);
        if (name is not null && ContractKind.OfSite(name) is var actual && actual != kind)
        {
            Report(DiagnosticDescriptors.WrongSiteAttribute, location, name, actual.Word, actual.Attribute);
            return null;
        }

        var site = Literals.OfEnum(value);
        if (_offered.TryGetValue(site, out var other))
        {
            Report(DiagnosticDescriptors.SiteOfferedTwice, location, name ?? site, other);
            return null;
        }

        _offered.Add(site, method.Name);
        return site;
    }

    /// <summary>The field's name, or null.</summary>
    private string? ReadMember(IMethodSymbol method, AttributeData attribute, string layer)
    {
        if (attribute.Text(1) is not { } name)
            return null;
        var field = Field(name);
        if (field is not null && field.NullableAnnotation != NullableAnnotation.Annotated && Contract.IsLayer(field.Type, layer))
            return name;
        var problem = field is null
            ? $"'{type.Name}' has no field '{name}'"
            : $"'{name}' is of type '{field.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'";
        Report(DiagnosticDescriptors.BadSiteField, attribute.LocationOf(1), method.Name, layer, problem);
        return null;
    }

    private IFieldSymbol? Field(string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers(name))
            {
                if (member is IFieldSymbol field && compilation.IsSymbolAccessibleWithin(field, type))
                    return field;
            }
        }

        return null;
    }

    private void Report(DiagnosticDescriptor rule, Location location, params string[] arguments) =>
        findings.Add(rule, location, arguments);
}
