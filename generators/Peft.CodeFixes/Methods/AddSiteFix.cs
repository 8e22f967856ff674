using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Peft.Generators;

namespace Peft.CodeFixes;

/// <summary>PEFT006: names a site; one offer for each that a method of the kind may act at.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddSiteFix)), Shared]
public sealed class AddSiteFix() : RuleFix("PEFT006")
{
    private protected override void Offer(Place place)
    {
        if (place.Type is not { } type || ContractKind.OfMethod(type) is not { } kind
            || place.Model.Compilation.GetTypeByMetadataName(Contract.MetadataName("Site")) is not { } sites)
            return;
        foreach (var site in Contract.SitesOf(sites, kind).Split([", "], StringSplitOptions.None))
        {
            var title = $"Inject at {site}";
            if (place.Node.FirstAncestorOrSelf<AttributeSyntax>() is { } empty)
                place.Replace(title, empty, WithSite(empty, site));
            else if (place.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration
                && place.MethodAttribute(declaration) is { } method)
                place.Change(title, () => Insert(declaration, method, site));
        }
    }

    /// <summary>A list of its own below that of [PeftMethod], or beside it where both stand in the class's line.</summary>
    private static SyntaxNode Insert(TypeDeclarationSyntax declaration, AttributeSyntax method, string site)
    {
        var list = (AttributeListSyntax)method.Parent!;
        var inject = SyntaxFactory.Attribute(SyntaxFactory.ParseName(Prefix(method) + "InjectAt"));
        var added = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(WithSite(inject, site)))
            .WithLeadingTrivia(list.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
            .WithTrailingTrivia(list.GetTrailingTrivia());
        return declaration.SyntaxTree.GetRoot().InsertNodesAfter(list, [added]);
    }

    private static AttributeSyntax WithSite(AttributeSyntax attribute, string site) => attribute.WithArgumentList(
        SyntaxFactory.AttributeArgumentList(
            SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.AttributeArgument(SyntaxFactory.ParseExpression($"{Prefix(attribute)}Site.{site}")))));

    /// <summary>What stands in front of the attribute's name ("Peft."), which the file then needs for others as well.</summary>
    private static string Prefix(AttributeSyntax attribute) => attribute.Name is QualifiedNameSyntax name ? name.Left + "." : "";
}
