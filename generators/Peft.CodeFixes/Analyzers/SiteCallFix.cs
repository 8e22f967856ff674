using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT031: calls the site method in place of the field behind it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SiteCallFix)), Shared]
public sealed class SiteCallFix() : RuleFix("PEFT031")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call && place.Argument(1) is { } method)
            place.Replace($"Call {method}", call.Expression, SyntaxFactory.IdentifierName(method).WithTriviaFrom(call.Expression));
    }
}
