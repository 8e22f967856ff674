using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Reads the [Trainable] properties of a method's class.</summary>
internal sealed class TrainableParser(INamedTypeSymbol type, Compilation compilation, MemberNames names, Findings findings)
{
    private static readonly SymbolDisplayFormat s_typeFormat =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly List<string> _shapeNames = ShapeNames.Find(type, compilation);

    /// <summary>The trainables that need a body.</summary>
    /// <param name="isMethod">Whether the trainables are created; if not, their shapes are not read: nothing is known of the names in
    /// them unless the class has a method base.</param>
    public List<TrainableModel> Read(bool isMethod)
    {
        var trainables = new List<TrainableModel>();
        var groups = new List<(string, string, AttributeData)>();
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol property
                && property.Attribute(Contract.Trainable) is { } attribute
                && property.DeclaringSyntaxReferences[0].GetSyntax() is PropertyDeclarationSyntax syntax)
            {
                if (attribute.Named<string?>("Group", null) is { } group)
                    groups.Add((group, property.Name, attribute));
                if (ReadOne(property, attribute, syntax, isMethod) is { } trainable)
                    trainables.Add(trainable);
            }
        }

        if (findings.AreWanted)
            GroupNames.Check(groups, findings);

        return trainables;
    }

    private TrainableModel? ReadOne(IPropertySymbol property, AttributeData attribute, PropertyDeclarationSyntax syntax, bool isMethod)
    {
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            Report(DiagnosticDescriptors.NotPartial, syntax.Identifier.GetLocation(), "Trainable", property.Name);
            return null;
        }

        var isValid = true;
        if (Problem(property) is { } problem)
        {
            Report(DiagnosticDescriptors.BadTrainable, syntax.Identifier.GetLocation(), property.Name, problem);
            isValid = false;
        }

        if (findings.AreWanted)
            TrainableSettings.Check(property, attribute, findings);
        if (property.PartialImplementationPart.IsOwn())
            return null;
        var shape = attribute.Text(0) ?? "";
        var sizes = ReadShape(property, attribute, shape, isMethod);
        var field = isValid && sizes is not null ? names.Take("_" + MemberNames.Camel(property.Name)) : null;
        return new TrainableModel(
            $"{syntax.Modifiers} {property.Type.ToDisplayString(s_typeFormat)} {syntax.Identifier.Text}",
            Accessors(syntax),
            property.Name,
            field,
            shape,
            new EquatableArray<string>(sizes ?? []),
            attribute.NamedConstant("Init") is { } init ? Literals.OfEnum(init) : "global::Peft.Init.Zeros",
            Literals.Format(attribute.Named("Std", 0.02)),
            attribute.Named("Group", "all"),
            Member(property, attribute, "When", SpecialType.System_Boolean),
            Initializer(property, attribute));
    }

    /// <summary>The accessors with their modifiers, which the compiler wants to be the same in both parts of the property.</summary>
    private static EquatableArray<string> Accessors(PropertyDeclarationSyntax syntax)
    {
        var accessors = new List<string>();
        foreach (var accessor in syntax.AccessorList?.Accessors ?? default)
            accessors.Add($"{accessor.Modifiers} {accessor.Keyword.ValueText}".TrimStart());
        return new EquatableArray<string>(accessors);
    }

    /// <summary>What of a TrainableSpec differs from its defaults.</summary>
    private string Initializer(IPropertySymbol property, AttributeData attribute)
    {
        var settings = new List<string>();
        if (attribute.NamedConstant("Scope") is { } scope && !Equals(scope.Value, 0))
            settings.Add($"Scope = {Literals.OfEnum(scope)}");
        if (!attribute.Named("Mixed", true))
            settings.Add("Mixed = false");
        if (Member(property, attribute, "From", SpecialType.None) is { } from)
            settings.Add($"From = () => {from}");
        return string.Join(", ", settings);
    }

    /// <summary>The property that an argument names, as code; None stands for a tensor.</summary>
    private string? Member(IPropertySymbol property, AttributeData attribute, string argument, SpecialType wanted)
    {
        if (attribute.Named<string?>(argument, null) is not { } name)
            return null;
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers(name))
            {
                if (member is IPropertySymbol { IsIndexer: false, GetMethod: { } getter } found
                    && compilation.IsSymbolAccessibleWithin(getter, type)
                    && (wanted == SpecialType.None ? Contract.IsTensor(found.Type) : found.Type.SpecialType == wanted))
                {
                    return MemberNames.Escape(name);
                }
            }
        }

        Report(
            DiagnosticDescriptors.UnknownMember, attribute.LocationOf(argument), argument, property.Name, name, wanted == SpecialType.None
                ? "Tensor" : "bool", type.Name);
        return null;
    }

    private List<string>? ReadShape(IPropertySymbol property, AttributeData attribute, string shape, bool isMethod)
    {
        // Without a text, the compiler has reported the argument.
        if (attribute.Text(0) is null || !isMethod)
            return null;
        if (ShapeParser.Parse(shape, out var problem) is not { } sizes)
        {
            Report(DiagnosticDescriptors.MalformedShape, attribute.LocationOf(0), property.Name, problem);
            return null;
        }

        var code = new List<string>();
        var isKnown = true;
        foreach (var size in sizes)
        {
            code.Add(size.ToCode());
            foreach (var name in size.Names())
            {
                if (_shapeNames.Contains(name))
                    continue;
                isKnown = false;
                Report(
                    DiagnosticDescriptors.UnknownShapeName, attribute.LocationOf(0), property.Name, name, type.Name,
                    string.Join(", ", _shapeNames));
            }
        }

        return isKnown ? code : null;
    }

    private static string? Problem(IPropertySymbol property)
    {
        if (!Contract.IsTensor(property.Type))
            return $"its type is '{property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'";
        if (property.IsStatic)
            return "it is static";
        if (property.GetMethod is null)
            return "it has no getter";
        if (property.SetMethod is not null)
            return "it has a setter";
        return property.PartialImplementationPart.IsOwn() ? "it has a body already" : null;
    }

    private void Report(DiagnosticDescriptor rule, Location location, params string[] arguments) =>
        findings.Add(rule, location, arguments);
}
