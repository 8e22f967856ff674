using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Mergeable and Delta() go together.</summary>
internal static class DeltaRules
{
    public static void Check(
        INamedTypeSymbol type, ContractKind kind, AttributeData attribute, bool isMergeable, List<DiagnosticInfo> diagnostics)
    {
        // A norm method's result is the merged norm itself.
        if (kind == ContractKind.Norm)
            return;
        if (isMergeable && Problem(type, kind) is { } problem)
            diagnostics.Add(new DiagnosticInfo(
                DiagnosticDescriptors.MergeableWithoutDelta, attribute.LocationOf("Mergeable"), type.Name, problem));
        if (!isMergeable && kind == ContractKind.Projection && Delta(type) is { } delta)
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.DeltaWithoutMergeable, LocationInfo.Of(delta.Identifier), type.Name));
    }

    private static string? Problem(INamedTypeSymbol type, ContractKind kind)
    {
        if (kind != ContractKind.Projection)
            return $"a {kind.Word} method has no weight to merge into";
        for (var current = type; current is not null && !Contract.Is(current, kind.Base); current = current.BaseType)
        {
            foreach (var member in current.GetMembers("Delta"))
            {
                if (member.IsOverride)
                    return null;
            }
        }

        return "does not override Delta()";
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
