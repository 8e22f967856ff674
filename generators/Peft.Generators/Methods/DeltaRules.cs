using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Checks that Mergeable and Delta() agree.</summary>
internal static class DeltaRules
{
    private const string DeltaSignature = "protected override WeightDelta? Delta() => new(...);";

    public static void Check(
        INamedTypeSymbol type, ContractKind kind, AttributeData attribute, bool isMergeable, Findings findings)
    {
        // A norm method's result is the merged norm itself.
        if (kind == ContractKind.Norm)
            return;
        if (isMergeable && Problem(type, kind) is { } problem)
            findings.Add(
                DiagnosticDescriptors.MergeableWithoutDelta, attribute.LocationOf("Mergeable"), type.Name, problem);
        if (!isMergeable && kind == ContractKind.Projection && Delta(type) is { } delta)
            findings.Add(DiagnosticDescriptors.DeltaWithoutMergeable, delta.Identifier.GetLocation(), type.Name, Claim(attribute));
    }

    private static string? Problem(INamedTypeSymbol type, ContractKind kind)
    {
        if (kind != ContractKind.Projection)
            return $"a {kind.Word} method has no weight to merge into; remove it";
        for (var current = type; current is not null && !Contract.Is(current, kind.Base); current = current.BaseType)
        {
            foreach (var member in current.GetMembers("Delta"))
            {
                if (member.IsOverride)
                    return null;
            }
        }

        return $"does not override Delta(); add '{DeltaSignature}'";
    }

    /// <summary>The class's attribute with the claim, as the author would write it.</summary>
    private static string Claim(AttributeData attribute)
    {
        var arguments = new List<string>();
        foreach (var argument in (attribute.ApplicationSyntaxReference!.GetSyntax() as AttributeSyntax)?.ArgumentList?.Arguments ?? default)
        {
            if (argument.NameEquals?.Name.Identifier.ValueText != "Mergeable")
                arguments.Add(argument.ToString());
        }

        arguments.Add("Mergeable = true");
        return $"[PeftMethod({string.Join(", ", arguments)})]";
    }

    /// <summary>The class's own Delta(): a base class may leave the claim to those that derive from it.</summary>
    private static MethodDeclarationSyntax? Delta(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers("Delta"))
        {
            if (member is IMethodSymbol { IsOverride: true, DeclaringSyntaxReferences: { Length: 1 } references })
                return references[0].GetSyntax() as MethodDeclarationSyntax;
        }

        return null;
    }
}
