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
        var baseName = BaseName();
        if (baseName is null)
            Report(DiagnosticDescriptors.NotAMethod, LocationInfo.Of(_syntax.Identifier), _type.Name);

        var sites = baseName is null ? [] : new SiteListParser(_type, _syntax, baseName, _diagnostics).Read();
        var isMergeable = _attribute.Named("Mergeable", false);
        if (isMergeable && baseName is not null)
            CheckDelta(baseName);

        cancellation.ThrowIfCancellationRequested();
        var options = OptionParser.Read(_type, _compilation, _diagnostics);
        cancellation.ThrowIfCancellationRequested();
        var trainables = new TrainableParser(_type, _compilation, _names, _diagnostics).Read(isMethod: baseName is not null);
        var parts = baseName is null ? MethodParts.Bodies : CanBeCreated() ? MethodParts.Everything : MethodParts.Trainables;
        return hierarchy is null ? null : new MethodModel(
            hierarchy,
            parts,
            name,
            baseName == Contract.StreamMethod,
            new EquatableArray<string>(sites),
            new EquatableArray<OptionModel>(options),
            new EquatableArray<TrainableModel>(trainables),
            XmlSummary.FirstSentence(_syntax),
            _attribute.Named<string?>("Paper", null),
            _attribute.Named("IdentityAtInit", false),
            _attribute.Named("Tokenwise", false),
            isMergeable,
            _names.Take("Describe"));
    }

    private string? BaseName()
    {
        for (var current = _type.BaseType; current is not null; current = current.BaseType)
        {
            if (Contract.Is(current, Contract.ProjectionMethod) || Contract.Is(current, Contract.StreamMethod))
                return current.Name;
        }

        return null;
    }

    private void CheckDelta(string baseName)
    {
        if (baseName == Contract.StreamMethod)
        {
            Report(DiagnosticDescriptors.MergeableWithoutDelta, _attribute.LocationOf("Mergeable"), _type.Name, "a stream method has no weight to merge into");
            return;
        }

        for (var current = _type; current is not null && !Contract.Is(current, baseName); current = current.BaseType)
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
