using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.CodeFixes;

/// <summary>PEFT032: declares a method with a Delta() mergeable.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MergeableFix)), Shared]
public sealed class MergeableFix() : RuleFix("PEFT032")
{
    private protected override void Offer(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || place.MethodAttribute(declaration) is not { ArgumentList: { } arguments })
            return;
        var claim = SyntaxFactory.ParseAttributeArgumentList("(Mergeable = true)")!.Arguments[0];
        place.Replace("Declare Mergeable = true", arguments, Added(arguments, claim));
    }

    /// <summary>Behind the others, or in the place of one that says false.</summary>
    private static AttributeArgumentListSyntax Added(AttributeArgumentListSyntax arguments, AttributeArgumentSyntax claim)
    {
        if (arguments.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == "Mergeable") is { } denial)
            return arguments.ReplaceNode(denial, claim);
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return arguments.WithArguments(
            SyntaxFactory.SeparatedList<AttributeArgumentSyntax>([.. arguments.Arguments.GetWithSeparators(), comma, claim]));
    }
}
