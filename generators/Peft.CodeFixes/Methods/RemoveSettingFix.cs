using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT028: removes a setting of a trainable that does nothing.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveSettingFix)), Shared]
public sealed class RemoveSettingFix() : RuleFix("PEFT028")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is {
            NameEquals.Name: { } name, Parent: AttributeArgumentListSyntax arguments } setting)
            place.Replace($"Remove {name}", arguments, arguments.WithArguments(arguments.Arguments.Remove(setting)));
    }
}
