using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Peft.Generators;

namespace Peft.CodeFixes;

/// <summary>PEFT015: names a field of the layer that the site needs; one offer for each.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SiteFieldFix)), Shared]
public sealed class SiteFieldFix() : RuleFix("PEFT015")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { Expression: { } argument }
            || place.Type is not { } type
            || place.Argument(1) is not { } layer)
        {
            return;
        }

        foreach (var field in NamedMember.Find(type, place.Model.Compilation).OfType<IFieldSymbol>())
        {
            if (field.NullableAnnotation != NullableAnnotation.Annotated && Contract.IsLayer(field.Type, layer))
                place.Replace($"Use '{field.Name}'", argument, NamedMember.Rename(argument, field.Name));
        }
    }
}
