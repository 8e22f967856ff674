using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>Whether <c>new Method()</c> compiles anywhere in the assembly.</summary>
internal static class Creation
{
    /// <summary>The reason why it does not compile, in words; null if it does.</summary>
    public static string? Obstacle(INamedTypeSymbol type)
    {
        if (type.IsAbstract)
            return "it is abstract";
        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (current.IsGenericType)
                return "it is generic or nested in a generic type";
            if (current.IsFileLocal)
                return "it is file-local";
            if (current.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
                return "it is not accessible from the whole assembly";
        }

        if (RequiredMember(type) is { } member)
            return $"its member '{member}' is required";
        foreach (var constructor in type.InstanceConstructors)
        {
            if (constructor.Parameters.IsEmpty)
                return null;
        }

        return "it has no constructor without parameters";
    }

    private static string? RequiredMember(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
                    return member.Name;
            }
        }

        return null;
    }
}
