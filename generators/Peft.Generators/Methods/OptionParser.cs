using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Reads the [Option] properties of a method's class and of its base classes.</summary>
internal sealed class OptionParser(INamedTypeSymbol type, ContractKind? kind, Compilation compilation, Findings findings)
{
    // Users write names in any case.
    private readonly Dictionary<string, string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The options, those of base classes first.</summary>
    public List<OptionModel> Read()
    {
        var levels = new Stack<INamedTypeSymbol>();
        for (var current = type; current is not null; current = current.BaseType)
            levels.Push(current);
        var options = new List<OptionModel>();
        foreach (var level in levels)
        {
            foreach (var member in level.GetMembers())
            {
                if (member is not IPropertySymbol { IsIndexer: false } property || property.Attribute(Contract.Option) is not { } attribute)
                    continue;
                if ((Check(property) ?? CheckName(property)) is { } problem)
                {
                    findings.Add(problem);
                    continue;
                }

                options.Add(ReadOne(property, attribute));
                if (findings.AreWanted && OptionRange.Check(property, attribute, compilation) is { } warning)
                    findings.Add(warning);
            }
        }

        return options;
    }

    private static OptionModel ReadOne(IPropertySymbol property, AttributeData attribute) => new(
        MemberNames.Escape(property.Name),
        MemberNames.Camel(property.Name),
        property.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
        Literals.Format(attribute.Named("Min", double.NegativeInfinity)),
        Literals.Format(attribute.Named("Max", double.PositiveInfinity)),
        attribute.Named<string?>("Description", null));

    private Diagnostic? Check(IPropertySymbol property)
    {
        // A property of another assembly's class has no syntax here; its own compilation has checked it.
        if (property.DeclaringSyntaxReferences.IsEmpty
            || property.DeclaringSyntaxReferences[0].GetSyntax() is not PropertyDeclarationSyntax syntax)
            return null;
        if (!IsSupported(property.Type) || property.NullableAnnotation == NullableAnnotation.Annotated)
        {
            var found = property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
            return Rule.Broken(DiagnosticDescriptors.BadOptionType, syntax.Type.GetLocation(), property.Name, found);
        }

        var isSettable = property is { IsStatic: false, GetMethod: { } getter, SetMethod: { } setter }
            && compilation.IsSymbolAccessibleWithin(getter, type)
            && compilation.IsSymbolAccessibleWithin(setter, type);
        return isSettable
            ? null
            : Rule.Broken(DiagnosticDescriptors.OptionWithoutAccessor, syntax.Identifier.GetLocation(), property.Name);
    }

    private Diagnostic? CheckName(IPropertySymbol property)
    {
        var name = MemberNames.Camel(property.Name);
        var problem = _taken.TryGetValue(name, out var other) ? $"'{other}' is an option already"
            : kind is { IsAttached: true } && Contract.IsPlaceSetting(name)
                ? "every method has a setting of that name, which says where it acts"
            : null;
        if (problem is null)
        {
            _taken.Add(name, name);
            return null;
        }

        // Without syntax here, the derived class's own property is wrong, and is reported there.
        return property.DeclaringSyntaxReferences is { Length: 1 } references
            && references[0].GetSyntax() is PropertyDeclarationSyntax syntax
            ? Rule.Broken(DiagnosticDescriptors.OptionNameTaken, syntax.Identifier.GetLocation(), name, problem)
            : null;
    }

    private static bool IsSupported(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum
        || type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Double or SpecialType.System_Boolean
            or SpecialType.System_String;
}
