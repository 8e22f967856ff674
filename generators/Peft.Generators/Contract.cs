using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>Names of the contract (Peft.Abstractions) and of TorchSharp that the generators know.</summary>
internal static class Contract
{
    public const string PeftMethod = "PeftMethodAttribute";
    public const string InjectAt = "InjectAtAttribute";
    public const string Option = "OptionAttribute";
    public const string Trainable = "TrainableAttribute";
    public const string ProjectionSite = "ProjectionSiteAttribute";
    public const string StreamSite = "StreamSiteAttribute";
    public const string ProjectionMethod = "ProjectionMethod";
    public const string StreamMethod = "StreamMethod";
    public const string InjectionHost = "IInjectionHost";

    /// <summary>The sites of <c>SiteKind.Stream</c>; every other one is a projection site.</summary>
    private static readonly string[] s_streamSites = ["AfterAttention", "AfterFeedForward", "BeforeFeedForwardDropout"];

    /// <summary>The name that <c>ForAttributeWithMetadataName</c> wants.</summary>
    public static string MetadataName(string name) => "Peft." + name;

    public static bool Is(ITypeSymbol type, string name) =>
        type.Name == name && type is { ContainingType: null, ContainingNamespace: { Name: "Peft", ContainingNamespace.IsGlobalNamespace: true } };

    public static bool IsTensor(ITypeSymbol type) =>
        type is { Name: "Tensor", ContainingType: { Name: "torch", ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } } };

    /// <summary>Whether a type is a layer of TorchSharp, or derives from it.</summary>
    public static bool IsLayer(ITypeSymbol type, string layer)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == layer && current.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules")
                return true;
        }

        return false;
    }

    public static bool IsStreamSite(string site) => Array.IndexOf(s_streamSites, site) >= 0;

    /// <summary>The sites of a kind, for messages ("Query, Key").</summary>
    public static string SitesOf(ITypeSymbol siteEnum, bool isStream)
    {
        var names = new List<string>();
        foreach (var member in siteEnum.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } && IsStreamSite(member.Name) == isStream)
                names.Add(member.Name);
        }

        return string.Join(", ", names);
    }
}
