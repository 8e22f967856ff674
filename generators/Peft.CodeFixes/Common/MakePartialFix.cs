using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT001: declares a class, a trainable or a site method partial, and the types around it too.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartialFix)), Shared]
public sealed class MakePartialFix() : RuleFix("PEFT001")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } declaration)
            return;
        var closed = declaration.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().Where(IsClosed).ToList();
        var title = declaration is MethodDeclarationSyntax { Body: null, ExpressionBody: null } or not MethodDeclarationSyntax
            ? "Declare partial"
            : "Declare partial and leave the body to the generator";
        var root = declaration.SyntaxTree.GetRoot(place.Cancellation);
        place.Change(title, () => root.ReplaceNodes(closed, (original, changed) => Open(changed, original == declaration)));
    }

    private static bool IsClosed(MemberDeclarationSyntax member) =>
        member is TypeDeclarationSyntax or PropertyDeclarationSyntax or MethodDeclarationSyntax
            && !member.Modifiers.Any(SyntaxKind.PartialKeyword);

    private static MemberDeclarationSyntax Open(MemberDeclarationSyntax member, bool isTarget) =>
        AddPartial(isTarget ? Bodiless(member) : member);

    /// <summary>Removes the body or the initial value, because the generator writes the body.</summary>
    private static MemberDeclarationSyntax Bodiless(MemberDeclarationSyntax member) => member switch
    {
        PropertyDeclarationSyntax { Initializer: not null } property => property
            .WithInitializer(null).WithSemicolonToken(default).WithTrailingTrivia(property.GetTrailingTrivia()),
        MethodDeclarationSyntax { ExpressionBody: not null } method => method
            .WithExpressionBody(null).WithParameterList(method.ParameterList.WithoutTrailingTrivia()),
        MethodDeclarationSyntax { Body: not null } method => method
            .WithBody(null)
            .WithParameterList(method.ParameterList.WithoutTrailingTrivia())
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken).WithTrailingTrivia(method.GetTrailingTrivia())),
        _ => member,
    };

    /// <summary>Last of the modifiers, as C# wants it; a comment in front of a declaration without modifiers stays in front.</summary>
    private static MemberDeclarationSyntax AddPartial(MemberDeclarationSyntax member)
    {
        var partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        if (member.Modifiers.Count > 0)
            return member.WithModifiers(member.Modifiers.Add(partial));
        var first = member.AttributeLists.Count == 0 ? member.GetFirstToken() : member.AttributeLists.Last().GetLastToken().GetNextToken();
        return member
            .ReplaceToken(first, first.WithLeadingTrivia())
            .WithModifiers(SyntaxFactory.TokenList(partial.WithLeadingTrivia(first.LeadingTrivia)));
    }
}
