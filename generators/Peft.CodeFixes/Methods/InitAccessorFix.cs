using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT013: gives an option get and init.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InitAccessorFix)), Shared]
public sealed class InitAccessorFix() : RuleFix("PEFT013")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is not { } property || !CanBeAutomatic(place, property))
            return;
        place.Replace("Declare { get; init; }", property, Automatic(property).WithTriviaFrom(property));
    }

    /// <summary>A value that is computed from others, or accessors with code, cannot become an initial value.</summary>
    private static bool CanBeAutomatic(Place place, PropertyDeclarationSyntax property) => property switch
    {
        { ExpressionBody.Expression: { } value } => place.Model.GetConstantValue(value, place.Cancellation).HasValue,
        { AccessorList.Accessors: { } accessors } => accessors.All(accessor => accessor is { Body: null, ExpressionBody: null }),
        _ => false,
    };

    private static PropertyDeclarationSyntax Automatic(PropertyDeclarationSyntax property)
    {
        var accessors = SyntaxFactory.AccessorList(
            SyntaxFactory.List([Accessor(SyntaxKind.GetAccessorDeclaration, SyntaxFactory.Space),
                Accessor(SyntaxKind.InitAccessorDeclaration, SyntaxFactory.Space)]));
        accessors = accessors.WithOpenBraceToken(accessors.OpenBraceToken.WithTrailingTrivia(SyntaxFactory.Space));
        var instance = property.WithModifiers(
            SyntaxFactory.TokenList(property.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.StaticKeyword))));
        if (property.ExpressionBody is not { } body)
            return instance.WithAccessorList(property.Initializer is null ? accessors : accessors.WithTrailingTrivia(SyntaxFactory.Space));
        var equals = SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space);
        return instance
            .WithExpressionBody(null)
            .WithAccessorList(accessors.WithTrailingTrivia(SyntaxFactory.Space))
            .WithInitializer(SyntaxFactory.EqualsValueClause(equals, body.Expression));
    }

    private static AccessorDeclarationSyntax Accessor(SyntaxKind kind, SyntaxTrivia after) =>
        SyntaxFactory.AccessorDeclaration(kind)
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken).WithTrailingTrivia(after));
}
