using Microsoft.CodeAnalysis;

namespace Peft.Generators.Hosts;

/// <summary>What a site method must look like.</summary>
internal static class SiteSignature
{
    /// <summary>What is wrong, in words, or null.</summary>
    public static string? Problem(IMethodSymbol method, ContractKind kind)
    {
        if (method.ContainingType is { TypeKind: not TypeKind.Class } or { IsFileLocal: true })
            return $"'{method.ContainingType.Name}' is no class that can be extended";
        if (method.IsStatic)
            return "it is static";
        if (method.IsGenericMethod)
            return "it is generic";
        if (method.PartialImplementationPart.IsOwn())
            return "it has a body already";
        if (OffersSeveral(method))
            return "it offers two sites";
        if (!IsOf(method.ReturnType, kind.Returns) || method.ReturnsByRef || method.ReturnsByRefReadonly)
            return $"it returns '{method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'";
        return HasParameters(method, kind) ? null : "its parameters differ";
    }

    private static bool OffersSeveral(IMethodSymbol method)
    {
        var count = 0;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && ContractKind.OfAttribute(type) is not null)
                count++;
        }

        return count > 1;
    }

    private static bool HasParameters(IMethodSymbol method, ContractKind kind)
    {
        var expected = kind.Parameters.Split(',');
        if (method.Parameters.Length != expected.Length)
            return false;
        for (var i = 0; i < expected.Length; i++)
        {
            var parameter = method.Parameters[i];
            if (parameter.RefKind != RefKind.None || parameter.IsParams || !IsOf(parameter.Type, expected[i].Trim().Split(' ')[0]))
                return false;
        }

        return true;
    }

    private static bool IsOf(ITypeSymbol type, string name) => name == "Tensor" ? Contract.IsTensor(type) : Contract.Is(type, name);
}
