using Microsoft.CodeAnalysis;

namespace Peft.Generators.Hosts;

/// <summary>Classes with site methods that lack [InjectionHost].</summary>
internal static class UnmarkedHost
{
    /// <summary>
    /// The class around a method, if it lacks the attribute; null unless the method is its first, so that a class comes once.
    /// </summary>
    public static INamedTypeSymbol? Find(GeneratorAttributeSyntaxContext context)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        var type = method.ContainingType;
        return type.Attribute(Contract.InjectionHost) is null
            && HostParser.SiteMethods(type)[0] is var first
            && SymbolEqualityComparer.Default.Equals(first.Method, method.PartialDefinitionPart ?? method)
            && SymbolEqualityComparer.Default.Equals(first.Attribute.AttributeClass, context.Attributes[0].AttributeClass)
            ? type
            : null;
    }
}
