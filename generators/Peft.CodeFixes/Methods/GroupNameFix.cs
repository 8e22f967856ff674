using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Peft.Generators.Methods;

namespace Peft.CodeFixes;

/// <summary>PEFT029: writes a group as settings can name it. PEFT033: writes the group that was meant.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(GroupNameFix)), Shared]
public sealed class GroupNameFix() : RuleFix("PEFT029", "PEFT033")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { Expression: LiteralExpressionSyntax literal })
            return;
        var right = place.Rule == "PEFT033" ? place.Argument(2)! : string.Join("-", literal.Token.ValueText.ToLowerInvariant()
            .Split(['+', ' ', '_', '.', ','], StringSplitOptions.RemoveEmptyEntries));
        if (right != literal.Token.ValueText && right != "none" && NameRule.IsWellFormed(right))
        {
            place.Replace(
                $"Change '{literal.Token.ValueText}' to '{right}'",
                literal,
                SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(right)).WithTriviaFrom(literal));
        }
    }
}
