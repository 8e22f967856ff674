using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>
/// PEFT016: offers a site with the attribute of its kind. Other rules then report what the kind requires of signature and field.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SiteAttributeFix)), Shared]
public sealed class SiteAttributeFix() : RuleFix("PEFT016")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute || place.Argument(2) is not { } right)
            return;
        var name = SyntaxFactory.IdentifierName(right);
        place.Replace(
            $"Use [{right}]",
            attribute.Name,
            attribute.Name is QualifiedNameSyntax qualified ? qualified.WithRight(name) : name.WithTriviaFrom(attribute.Name));
    }
}
