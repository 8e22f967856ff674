using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT009: makes a trainable an instance property that is only read.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TrainableFix)), Shared]
public sealed class TrainableFix() : RuleFix("PEFT009")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is not { AccessorList: { } accessors } property
            || accessors.Accessors.Any(accessor => accessor is not { Body: null, ExpressionBody: null })
            || !(property.Modifiers.Any(SyntaxKind.StaticKeyword)
                || accessors.Accessors.Any(accessor => !accessor.IsKind(SyntaxKind.GetAccessorDeclaration))))
        {
            return;
        }

        var get = SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration)
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken).WithTrailingTrivia(SyntaxFactory.Space));
        place.Replace("Declare { get; }", property, property
            .WithModifiers(SyntaxFactory.TokenList(property.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.StaticKeyword))))
            .WithAccessorList(accessors.WithAccessors(SyntaxFactory.SingletonList(get)))
            .WithTriviaFrom(property));
    }
}
