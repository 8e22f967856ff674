using System.Composition;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Peft.Generators.Methods;

namespace Peft.CodeFixes;

/// <summary>PEFT011: puts the nearest known name into a shape.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ShapeNameFix)), Shared]
public sealed class ShapeNameFix() : RuleFix("PEFT011")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<LiteralExpressionSyntax>() is not { } shape
            || place.Argument(1) is not { } wrong
            || place.Type is not { } type
            || NearestName.Find(wrong, ShapeNames.Find(type, place.Model.Compilation)) is not { } right)
        {
            return;
        }

        var text = Regex.Replace(shape.Token.Text, $"(?<!\\w){Regex.Escape(wrong)}(?!\\w)", right, RegexOptions.CultureInvariant);
        if (text != shape.Token.Text)
            place.Replace($"Change '{wrong}' to '{right}'", shape, SyntaxFactory.ParseExpression(text).WithTriviaFrom(shape));
    }
}
