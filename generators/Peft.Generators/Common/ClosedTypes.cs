using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators;

/// <summary>PEFT001 for types: a class, or one around it, that no other file can add to.</summary>
/// <remarks>
/// The generators report this rule themselves. A partial member of a type that is not partial is an error of the compiler's declarations,
/// and after such an error the compiler does not run analyzers.
/// </remarks>
internal static class ClosedTypes
{
    /// <summary>A diagnostic for each type that is not partial, innermost first.</summary>
    public static EquatableArray<DiagnosticInfo> Check(INamedTypeSymbol type)
    {
        var found = new List<DiagnosticInfo>();
        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (NonPartialDeclaration(current) is not { } declaration)
                continue;
            var what = ReferenceEquals(current, type) ? "Class" : "Containing type";
            found.Add(new DiagnosticInfo(
                DiagnosticDescriptors.NotPartial, LocationInfo.FromToken(declaration.Identifier), what, current.Name));
        }

        return new EquatableArray<DiagnosticInfo>(found);
    }

    /// <summary>
    /// Whether a class has partial members. If a closed type has some, the compiler reports an error whatever is generated, and least when
    /// everything is: one CS0260 at the type in place of two errors for each member.
    /// </summary>
    public static bool HasPartialMembers(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is IPropertySymbol { IsPartialDefinition: true } or IMethodSymbol { IsPartialDefinition: true })
                return true;
        }

        return false;
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
}
