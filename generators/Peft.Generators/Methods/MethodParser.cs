using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>What the transform of a method's class hands on.</summary>
internal sealed record ParsedMethod(ParseResult<MethodModel> Result, NameClaim Claim);

/// <summary>Reads a class with [PeftMethod].</summary>
internal sealed class MethodParser
{
    private static readonly Regex s_name = new("^[a-z][a-z0-9-]*\\z", RegexOptions.CultureInvariant);

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
            new NameClaim(name, parser._type.ToDisplayString(), parser._attribute.LocationOf(0)));
    }

    private MethodModel? ReadModel(string name, CancellationToken cancellation)
    {
        var hierarchy = TypeHierarchy.Of(_type, _diagnostics);
        if (_attribute.Text(0) is not null && !s_name.IsMatch(name))
            Report(DiagnosticDescriptors.BadMethodName, _attribute.LocationOf(0), name);
        var kind = Kind();
        if (kind is null)
            Report(DiagnosticDescriptors.NotAMethod, LocationInfo.Of(_syntax.Identifier), _type.Name);

        var sites = kind is { IsAttached: true } ? new SiteListParser(_type, _syntax, kind, _diagnostics).Read() : [];
        var isMergeable = _attribute.Named("Mergeable", false);
        if (isMergeable && kind is not null)
            CheckDelta(kind);

        cancellation.ThrowIfCancellationRequested();
        var options = OptionParser.Read(_type, _compilation, _diagnostics);
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

    private void CheckDelta(ContractKind kind)
    {
        // A norm method's result is the merged norm itself.
        if (kind == ContractKind.Norm)
            return;
        if (kind != ContractKind.Projection)
        {
            Report(
                DiagnosticDescriptors.MergeableWithoutDelta, _attribute.LocationOf("Mergeable"), _type.Name, $"a {kind.Word} method has no weight to merge into");
            return;
        }

        for (var current = _type; current is not null && !Contract.Is(current, kind.Base); current = current.BaseType)
        {
            foreach (var member in current.GetMembers("Delta"))
            {
                if (member.IsOverride)
                    return;
            }
        }

        Report(DiagnosticDescriptors.MergeableWithoutDelta, _attribute.LocationOf("Mergeable"), _type.Name, "does not override Delta()");
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
