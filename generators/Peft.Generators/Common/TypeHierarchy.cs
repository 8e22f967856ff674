using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>Where generated members of a type go.</summary>
/// <param name="Namespace">The namespace, empty for the global one.</param>
/// <param name="Declarations">The types, outermost first ("partial class Outer&lt;T&gt;").</param>
/// <param name="FullName">The innermost type's name from <c>global::</c> on.</param>
/// <param name="HintName">The generated file's name.</param>
internal sealed record TypeHierarchy(string Namespace, EquatableArray<string> Declarations, string FullName, string HintName)
{
    private static readonly SymbolDisplayFormat s_nameFormat = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat s_namespaceFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>The hierarchy of a type; null for a file-local one, to which no other file can add.</summary>
    public static TypeHierarchy? Read(INamedTypeSymbol type)
    {
        var declarations = new List<string>();
        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (current.IsFileLocal)
                return null;
            declarations.Insert(0, $"partial {Keyword(current)} {current.ToDisplayString(s_nameFormat)}");
        }

        var @namespace = type.ContainingNamespace;
        return new TypeHierarchy(
            @namespace.IsGlobalNamespace ? "" : @namespace.ToDisplayString(s_namespaceFormat),
            new EquatableArray<string>(declarations),
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            HintNameOf(type));
    }

    private static string Keyword(INamedTypeSymbol type) => (type.TypeKind, type.IsRecord) switch
    {
        (TypeKind.Struct, true) => "record struct",
        (TypeKind.Struct, false) => "struct",
        (TypeKind.Interface, _) => "interface",
        (_, true) => "record",
        _ => "class",
    };

    private static string HintNameOf(INamedTypeSymbol type)
    {
        var name = type.MetadataName;
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
            name = outer.MetadataName + "." + name;
        for (var outer = type.ContainingNamespace; !outer.IsGlobalNamespace; outer = outer.ContainingNamespace)
            name = outer.Name + "." + name;
        return name.Replace('`', '-') + ".g.cs";
    }
}
