using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Peft.Generators;

namespace Peft.CodeFixes;

/// <summary>PEFT021: puts the nearest property of the right type into When or From.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MemberNameFix)), Shared]
public sealed class MemberNameFix() : RuleFix("PEFT021")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { Expression: { } argument }
            || NamedMember.NameIn(argument) is not { } wrong
            || place.Type is not { } type
            || NearestName.Find(wrong, Known(type, place)) is not { } right)
        {
            return;
        }

        place.Replace($"Change '{wrong}' to '{right}'", argument, NamedMember.Rename(argument, right));
    }

    private static IEnumerable<string> Known(INamedTypeSymbol type, Place place)
    {
        var isTensor = place.Argument(3) == "Tensor";
        return NamedMember.Find(type, place.Model.Compilation).OfType<IPropertySymbol>()
            .Where(property => isTensor ? Contract.IsTensor(property.Type) : property.Type.SpecialType == SpecialType.System_Boolean)
            .Select(property => property.Name);
    }
}
