using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators;

/// <summary>Reads attributes: their values and where each is written.</summary>
internal static class AttributeExtensions
{
    /// <summary>A symbol's attribute of the contract, by class name.</summary>
    public static AttributeData? Attribute(this ISymbol symbol, string name)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && Contract.Is(type, name))
                return attribute;
        }

        return null;
    }

    /// <summary>A constructor argument; null if it is missing or wrong, which the compiler reports.</summary>
    public static TypedConstant? Argument(this AttributeData attribute, int index) =>
        index < attribute.ConstructorArguments.Length
            && attribute.ConstructorArguments[index] is { Kind: not TypedConstantKind.Error } constant
            ? constant
            : null;

    public static string? Text(this AttributeData attribute, int index) => attribute.Argument(index)?.Value as string;

    public static T Named<T>(this AttributeData attribute, string name, T otherwise) =>
        attribute.NamedConstant(name) is { Value: T value } ? value : otherwise;

    public static TypedConstant? NamedConstant(this AttributeData attribute, string name)
    {
        foreach (var pair in attribute.NamedArguments)
        {
            if (pair.Key == name && pair.Value.Kind != TypedConstantKind.Error)
                return pair.Value;
        }

        return null;
    }

    /// <summary>Where a positional argument is written; the whole attribute when it is not written out.</summary>
    public static Location LocationOf(this AttributeData attribute, int index)
    {
        var syntax = Syntax(attribute);
        return syntax.ArgumentList?.Arguments is { } arguments && index < arguments.Count
            ? arguments[index].Expression.GetLocation()
            : syntax.GetLocation();
    }

    /// <summary>Where a named argument is written.</summary>
    public static Location LocationOf(this AttributeData attribute, string name)
    {
        var syntax = Syntax(attribute);
        foreach (var argument in syntax.ArgumentList?.Arguments ?? default)
        {
            if (argument.NameEquals?.Name.Identifier.ValueText == name)
                return argument.GetLocation();
        }

        return syntax.GetLocation();
    }

    /// <summary>
    /// Whether the author wrote the other part of a partial member. Analyzers see the classes with their generated parts too.
    /// </summary>
    public static bool IsOwn(this ISymbol? body)
    {
        foreach (var attribute in body?.GetAttributes() ?? [])
        {
            if (attribute is { AttributeClass.Name: "GeneratedCodeAttribute" } && attribute.Text(0) == "Peft.Generators")
                return false;
        }

        return body is not null;
    }

    /// <summary>The declaration of the type that the attribute stands at.</summary>
    public static TypeDeclarationSyntax Declaration(this AttributeData attribute) =>
        Syntax(attribute).FirstAncestorOrSelf<TypeDeclarationSyntax>()!;

    private static AttributeSyntax Syntax(AttributeData attribute) => (AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax();
}
