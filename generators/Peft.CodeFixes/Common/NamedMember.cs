using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>An argument that names a member: <c>nameof(query)</c> or <c>"query"</c>.</summary>
internal static class NamedMember
{
    /// <summary>The name as written, or null where it is neither.</summary>
    public static string? NameIn(ExpressionSyntax argument) => argument switch
    {
        LiteralExpressionSyntax literal => literal.Token.ValueText,
        InvocationExpressionSyntax {
            ArgumentList.Arguments: { Count: 1 } arguments } when arguments[0].Expression is IdentifierNameSyntax name =>
            name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>The argument with another name, by nameof.</summary>
    public static ExpressionSyntax Rename(ExpressionSyntax argument, string name) =>
        SyntaxFactory.ParseExpression($"nameof({name})").WithTriviaFrom(argument);

    /// <summary>Members of a class and its base classes that the class may use.</summary>
    public static IEnumerable<ISymbol> Find(INamedTypeSymbol type, Compilation compilation)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (!member.IsImplicitlyDeclared && compilation.IsSymbolAccessibleWithin(member, type))
                    yield return member;
            }
        }
    }
}
