using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>What the transform of a method's class hands on.</summary>
internal sealed record ParsedMethod(ParseResult<MethodModel> Result, NameClaim Claim);

/// <summary>Reads a class with [PeftMethod].</summary>
internal sealed class MethodParser
{
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly INamedTypeSymbol _type;
    private readonly TypeDeclarationSyntax _syntax;
    private readonly AttributeData _attribute;
    private readonly Compilation _compilation;
    private readonly MemberNames _names;

    private MethodParser(GeneratorAttributeSyntaxContext context)
    {
        _type = (INamedTypeSymbol)context.TargetSymbol;
        _syntax = (TypeDeclarationSyntax)context.TargetNode;
        _attribute = context.Attributes[0];
        _compilation = context.SemanticModel.Compilation;
        _names = new MemberNames(_type);
    }

    public static ParsedMethod Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var parser = new MethodParser(context);
        var name = parser._attribute.Text(0) ?? "";
        var model = parser.ReadModel(name, cancellation);
        return new ParsedMethod(
            new ParseResult<MethodModel>(model, new EquatableArray<DiagnosticInfo>(parser._diagnostics)),
            new NameClaim(name, parser._type.ToDisplayString(), parser._attribute.LocationOf(0), PartParser.NamesOf(parser._type)));
    }

    private MethodModel? ReadModel(string name, CancellationToken cancellation)
    {
        var hierarchy = TypeHierarchy.Of(_type, _diagnostics);
        if (_attribute.Text(0) is not null)
            MethodName.Check(name, _attribute.LocationOf(0), _diagnostics);
        var kind = Kind();
        if (kind is null)
            Report(DiagnosticDescriptors.NotAMethod, LocationInfo.Of(_syntax.Identifier), _type.Name);

        var sites = kind is { IsAttached: true } ? new SiteListParser(_type, _syntax, kind, _diagnostics).Read() : [];
        var isMergeable = _attribute.Named("Mergeable", false);
        if (kind is not null)
            DeltaRules.Check(_type, kind, _attribute, isMergeable, _diagnostics);

        cancellation.ThrowIfCancellationRequested();
        var options = new OptionParser(_type, kind, _compilation, _diagnostics).Read();
        cancellation.ThrowIfCancellationRequested();
        var trainables = new TrainableParser(_type, _compilation, _names, _diagnostics).Read(isMethod: kind is not null);
        var parts = kind is null ? MethodParts.Bodies : CanBeCreated() ? MethodParts.Everything : MethodParts.Trainables;
        return hierarchy is null ? null : new MethodModel(
            hierarchy,
            parts,
            name,
            kind?.Name ?? "",
            new EquatableArray<string>(kind == ContractKind.Composite ? new PartParser(_type, _syntax, _diagnostics).Read() : []),
            new EquatableArray<string>(sites),
            new EquatableArray<OptionModel>(options),
            new EquatableArray<TrainableModel>(trainables),
            XmlSummary.FirstSentence(_syntax),
            _attribute.Named<string?>("Paper", null),
            _attribute.Named("IdentityAtInit", false),
            isMergeable,
            _names.Take("Describe"));
    }

    private ContractKind? Kind()
    {
        for (var current = _type.BaseType; current is not null; current = current.BaseType)
        {
            if (ContractKind.OfBase(current) is { } kind)
                return kind;
        }

        return null;
    }

    private bool CanBeCreated()
    {
        if (Creation.Obstacle(_type) is not { } obstacle)
            return true;
        Report(DiagnosticDescriptors.CannotBeCreated, LocationInfo.Of(_syntax.Identifier), _type.Name, obstacle);
        return false;
    }

    private void Report(DiagnosticDescriptor descriptor, LocationInfo location, params string[] arguments) =>
        _diagnostics.Add(new DiagnosticInfo(descriptor, location, arguments));
}
