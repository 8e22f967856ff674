using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>The names that shapes may use: int properties, In, Out and Hidden of the base classes among them.</summary>
internal static class ShapeNames
{
    /// <summary>The names, those of the class itself first.</summary>
    public static List<string> Find(INamedTypeSymbol type, Compilation compilation)
    {
        var names = new List<string>();
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol {
                    IsIndexer: false, GetMethod: { } getter, Type.SpecialType: SpecialType.System_Int32 } property
                    && compilation.IsSymbolAccessibleWithin(getter, type)
                    && !names.Contains(property.Name))
                {
                    names.Add(property.Name);
                }
            }
        }

        return names;
    }
}
