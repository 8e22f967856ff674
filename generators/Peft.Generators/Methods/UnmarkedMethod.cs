using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>Classes with trainables that lack [PeftMethod].</summary>
internal static class UnmarkedMethod
{
    /// <summary>
    /// Bodies for the trainables of the class around a property, if it lacks the attribute; null unless the property is its first
    /// trainable, so that a class comes once.
    /// </summary>
    public static MethodModel? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var property = (IPropertySymbol)context.TargetSymbol;
        var type = property.ContainingType;
        if (type.Attribute(Contract.PeftMethod) is not null || !IsFirst(property.PartialDefinitionPart ?? property, type)
            || ClosedTypes.Check(type).Count > 0 || TypeHierarchy.Read(type) is not { } hierarchy)
        {
            return null;
        }

        cancellation.ThrowIfCancellationRequested();
        var parser = new TrainableParser(type, context.SemanticModel.Compilation, new MemberNames(type), new Findings(areWanted: false));
        var trainables = new EquatableArray<TrainableModel>(parser.Read(isMethod: false));
        return new MethodModel(
            hierarchy, MethodParts.Bodies, "", "", default, default, default, trainables, "", null, IdentityAtInit: false, Mergeable: false,
            DescribeMethod: "");
    }

    private static bool IsFirst(IPropertySymbol property, INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol other && other.Attribute(Contract.Trainable) is not null)
                return SymbolEqualityComparer.Default.Equals(other, property);
        }

        return false;
    }
}
