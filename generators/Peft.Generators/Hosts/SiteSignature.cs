using Microsoft.CodeAnalysis;

namespace Peft.Generators.Hosts;

/// <summary>What a site method must look like.</summary>
internal static class SiteSignature
{
    /// <summary>What is wrong, in words, or null.</summary>
    public static string? Problem(IMethodSymbol method, bool isStream)
    {
        if (method.ContainingType is { TypeKind: not TypeKind.Class } or { IsFileLocal: true })
            return $"'{method.ContainingType.Name}' is no class that can be extended";
        if (method.IsStatic)
            return "it is static";
        if (method.IsGenericMethod)
            return "it is generic";
        if (method.PartialImplementationPart is not null)
            return "it has a body already";
        if (method.Attribute(Contract.ProjectionSite) is not null && method.Attribute(Contract.StreamSite) is not null)
            return "it offers two sites";
        if (!Contract.IsTensor(method.ReturnType) || method.ReturnsByRef || method.ReturnsByRefReadonly)
            return $"it returns '{method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'";
        return HasParameters(method, isStream ? 2 : 1) ? null : "its parameters differ";
    }

    private static bool HasParameters(IMethodSymbol method, int count)
    {
        if (method.Parameters.Length != count)
            return false;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None || parameter.IsParams || !Contract.IsTensor(parameter.Type))
                return false;
        }

        return true;
    }
}
