using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT023: swaps Min and Max where no number is between them, removes them where the option is no number.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OptionRangeFix)), Shared]
public sealed class OptionRangeFix() : RuleFix("PEFT023")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { Parent: AttributeArgumentListSyntax arguments }
            || arguments.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is not { } property
            || place.Model.GetTypeInfo(property.Type, place.Cancellation).Type is not { } type)
        {
            return;
        }

        var (min, max) = (Named(arguments, "Min"), Named(arguments, "Max"));
        if (type.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Double))
            place.Replace("Remove the range", arguments.Parent!, Without((AttributeSyntax)arguments.Parent!, arguments));
        else if (min is not null && max is not null && IsNumber(place, min) && IsNumber(place, max))
            place.Replace("Swap Min and Max", arguments, arguments.ReplaceNodes(
                [min.Expression, max.Expression], (old, _) => old == min.Expression ? max.Expression : min.Expression));
    }

    private static AttributeArgumentSyntax? Named(AttributeArgumentListSyntax arguments, string name) =>
        arguments.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name);

    private static bool IsNumber(Place place, AttributeArgumentSyntax argument) =>
        place.Model.GetConstantValue(argument.Expression, place.Cancellation) is { HasValue: true, Value: not double.NaN };

    private static AttributeSyntax Without(AttributeSyntax attribute, AttributeArgumentListSyntax arguments)
    {
        var others = arguments.Arguments;
        foreach (var name in (string[])["Min", "Max"])
        {
            if (others.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name) is { } setting)
                others = others.Remove(setting);
        }

        return others.Count == 0 ? attribute.WithArgumentList(null) : attribute.WithArgumentList(arguments.WithArguments(others));
    }
}
