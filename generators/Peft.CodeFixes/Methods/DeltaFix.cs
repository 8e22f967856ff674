using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Peft.Generators;

namespace Peft.CodeFixes;

/// <summary>PEFT008: adds a Delta(), or removes the claim.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeltaFix)), Shared]
public sealed class DeltaFix() : RuleFix("PEFT008")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { Parent: AttributeArgumentListSyntax arguments } claim
            || claim.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration)
        {
            return;
        }

        if (place.Type is { } type && ContractKind.OfMethod(type) == ContractKind.Projection)
            place.Replace("Override Delta()", declaration, WithDelta(declaration));
        place.Replace("Remove Mergeable", arguments, arguments.WithArguments(arguments.Arguments.Remove(claim)));
    }

    /// <summary>Throws until it is written, so that no wrong weight is merged.</summary>
    private static TypeDeclarationSyntax WithDelta(TypeDeclarationSyntax declaration)
    {
        var own = declaration.DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        var end = SyntaxFactory.ElasticEndOfLine(own.IsKind(SyntaxKind.None) ? "\n" : own.ToString());
        var delta = SyntaxFactory.ParseMemberDeclaration(
            "protected override WeightDelta? Delta() => throw new System.NotImplementedException();")!
            .WithLeadingTrivia(end)
            .WithTrailingTrivia(end)
            .WithAdditionalAnnotations(Formatter.Annotation);
        return declaration.WithMembers(declaration.Members.Add(delta));
    }
}
