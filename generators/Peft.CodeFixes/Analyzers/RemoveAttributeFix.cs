using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT022, PEFT027: removes an attribute that does nothing, or a part that is named already.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveAttributeFix)), Shared]
public sealed class RemoveAttributeFix() : RuleFix("PEFT022", "PEFT027")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeSyntax>() is { Parent: AttributeListSyntax list } attribute
            && list.Parent is MemberDeclarationSyntax member)
            place.Replace($"Remove [{attribute.Name}]", member, Without(member, list, attribute));
    }

    /// <summary>A comment in front of the member stays in front of it.</summary>
    private static MemberDeclarationSyntax Without(MemberDeclarationSyntax member, AttributeListSyntax list, AttributeSyntax attribute)
    {
        if (list.Attributes.Count > 1)
            return member.ReplaceNode(list, list.WithAttributes(list.Attributes.Remove(attribute)));
        var changed = member.WithAttributeLists(member.AttributeLists.Remove(list));
        return member.AttributeLists[0] == list ? changed.WithLeadingTrivia(member.GetLeadingTrivia()) : changed;
    }
}
