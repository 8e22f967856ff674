using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT034: marks a layer as an injection host.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(HostFix)), Shared]
public sealed class HostFix() : RuleFix("PEFT034")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration)
            place.Replace("Add [InjectionHost]", declaration, Marked(declaration));
    }

    /// <summary>The attribute stands in a line of its own, in front of others; documentation stays in front of it.</summary>
    private static MemberDeclarationSyntax Marked(TypeDeclarationSyntax declaration)
    {
        var trivia = declaration.GetLeadingTrivia();
        var indentation = trivia.LastOrDefault() is { } last && last.IsKind(SyntaxKind.WhitespaceTrivia)
            ? SyntaxFactory.TriviaList(last) : default;
        var own = declaration.DescendantTrivia().FirstOrDefault(found => found.IsKind(SyntaxKind.EndOfLineTrivia));
        var list = SyntaxFactory.AttributeList(
                SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Attribute(SyntaxFactory.ParseName("InjectionHost"))))
            .WithLeadingTrivia(trivia)
            .WithTrailingTrivia(own.IsKind(SyntaxKind.None) ? SyntaxFactory.LineFeed : own);
        var bare = declaration.WithLeadingTrivia(indentation);
        return bare.WithAttributeLists(bare.AttributeLists.Insert(0, list));
    }
}
