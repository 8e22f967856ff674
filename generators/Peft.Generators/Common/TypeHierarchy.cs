using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

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

    /// <summary>
    /// The hierarchy of a type; null when no other file can add to it: with diagnostics, when one of its types is not partial; without,
    /// when it is file-local, of which the rules for methods and sites tell.
    /// </summary>
    public static TypeHierarchy? Of(INamedTypeSymbol type, List<DiagnosticInfo> diagnostics)
    {
        var declarations = new List<string>();
        var isOpen = true;
        for (var current = type; current is not null; current = current.ContainingType)
        {
            isOpen &= !current.IsFileLocal;
            declarations.Insert(0, $"partial {Keyword(current)} {current.ToDisplayString(s_nameFormat)}");
            if (NonPartialDeclaration(current) is not { } declaration)
                continue;
            isOpen = false;
            var what = ReferenceEquals(current, type) ? "Class" : "Containing type";
            diagnostics.Add(new DiagnosticInfo(
                DiagnosticDescriptors.NotPartial, LocationInfo.Of(declaration.Identifier), what, current.Name));
        }

        var @namespace = type.ContainingNamespace;
        return !isOpen ? null : new TypeHierarchy(
            @namespace.IsGlobalNamespace ? "" : @namespace.ToDisplayString(s_namespaceFormat),
            new EquatableArray<string>(declarations),
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            HintNameOf(type));
    }

    private static TypeDeclarationSyntax? NonPartialDeclaration(INamedTypeSymbol type)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is TypeDeclarationSyntax declaration && !declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
                return declaration;
        }

        return null;
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
