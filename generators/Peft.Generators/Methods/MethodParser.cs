using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Reads a class with [PeftMethod].</summary>
internal sealed class MethodParser
{
    private readonly Findings _findings;
    private readonly INamedTypeSymbol _type;
    private readonly TypeDeclarationSyntax _syntax;
    private readonly AttributeData _attribute;
    private readonly Compilation _compilation;
    private readonly MemberNames _names;

    private MethodParser(INamedTypeSymbol type, AttributeData attribute, Compilation compilation, Findings findings)
    {
        _type = type;
        _syntax = attribute.Declaration();
        _attribute = attribute;
        _compilation = compilation;
        _names = new MemberNames(_type);
        _findings = findings;
    }

    /// <summary>The model of a class; null where no part of it can be written. What is wrong with it goes to the findings.</summary>
    public static MethodModel? Parse(
        INamedTypeSymbol type, AttributeData attribute, Compilation compilation, Findings findings, CancellationToken cancellation) =>
        new MethodParser(type, attribute, compilation, findings).ReadModel(cancellation);

    private MethodModel? ReadModel(CancellationToken cancellation)
    {
        var name = _attribute.Text(0);
        if (name is not null)
            MethodName.Check(name, _attribute, _findings);
        var kind = ContractKind.OfMethod(_type);
        if (kind is null)
            Report(DiagnosticDescriptors.NotAMethod, _syntax.Identifier.GetLocation(), _type.Name);

        var sites = kind is { IsAttached: true } ? new SiteListParser(_type, _syntax, kind, _findings).Read() : [];
        var isMergeable = _attribute.Named("Mergeable", false);
        if (kind is not null && _findings.AreWanted)
            DeltaRules.Check(_type, kind, _attribute, isMergeable, _findings);

        cancellation.ThrowIfCancellationRequested();
        var options = new OptionParser(_type, kind, _compilation, _findings).Read();
        cancellation.ThrowIfCancellationRequested();
        var isMethod = kind is not null && !DerivesFromMethod();
        var trainables = new TrainableParser(_type, _compilation, _names, _findings).Read(isMethod);
        var parts = !isMethod ? MethodParts.Bodies : CanBeCreated() ? MethodParts.Everything : MethodParts.Trainables;
        return TypeHierarchy.Read(_type) is not { } hierarchy ? null : new MethodModel(
            hierarchy,
            parts,
            name ?? "",
            kind?.Name ?? "",
            new EquatableArray<string>(kind == ContractKind.Composite ? new PartParser(_type, _syntax, _findings).Read() : []),
            new EquatableArray<string>(sites),
            new EquatableArray<OptionModel>(options),
            new EquatableArray<TrainableModel>(trainables),
            XmlSummary.FirstSentence(_syntax),
            _attribute.Named<string?>("Paper", null),
            _attribute.Named("IdentityAtInit", false),
            isMergeable,
            _names.Take("Describe"));
    }

    /// <summary>
    /// Whether a base class is a method. The trainables of both would need one generated method that creates them, and the descriptor of
    /// the one would hide that of the other.
    /// </summary>
    private bool DerivesFromMethod()
    {
        for (var current = _type.BaseType; current is not null; current = current.BaseType)
        {
            if (current.Attribute(Contract.PeftMethod) is null)
                continue;
            Report(DiagnosticDescriptors.BaseIsMethod, _syntax.Identifier.GetLocation(), _type.Name, current.Name);
            return true;
        }

        return false;
    }

    private bool CanBeCreated()
    {
        if (Creation.Obstacle(_type) is not { } obstacle)
            return true;
        Report(DiagnosticDescriptors.CannotBeCreated, _syntax.Identifier.GetLocation(), _type.Name, obstacle);
        return false;
    }

    private void Report(DiagnosticDescriptor rule, Location location, params string[] arguments) =>
        _findings.Add(rule, location, arguments);
}
