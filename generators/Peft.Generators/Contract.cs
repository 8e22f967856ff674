using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>Names of the contract (Peft.Abstractions) and of TorchSharp that the generators know.</summary>
internal static class Contract
{
    public const string PeftMethod = "PeftMethodAttribute";
    public const string InjectAt = "InjectAtAttribute";
    public const string Option = "OptionAttribute";
    public const string Trainable = "TrainableAttribute";
    public const string Part = "PartAttribute";
    public const string InjectionHost = "InjectionHostAttribute";
    public const string InjectionHostInterface = "IInjectionHost";
    public const string AttentionInputs = "AttentionInputs";

    /// <summary>The mixture's name in expressions of methods.</summary>
    public const string Mixture = "adamix";

    /// <summary>The settings for where a method acts, which every method has.</summary>
    public static readonly string[] PlaceSettings = ["sites", "targets", "exclude", "layers", "leaveOut"];

    /// <summary>Whether users' settings of that name, in any case, never reach a method.</summary>
    public static bool IsPlaceSetting(string name)
    {
        foreach (var setting in PlaceSettings)
        {
            if (setting.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The name that <c>ForAttributeWithMetadataName</c> wants.</summary>
    public static string MetadataName(string name) => "Peft." + name;

    public static bool Is(ITypeSymbol type, string name) =>
        type.Name == name && type is {
            ContainingType: null, ContainingNamespace: { Name: "Peft", ContainingNamespace.IsGlobalNamespace: true } };

    public static bool IsTensor(ITypeSymbol type) =>
        type is { Name: "Tensor", ContainingType: {
            Name: "torch", ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } } };

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

    /// <summary>The sites of a kind, for messages ("Query, Key").</summary>
    public static string SitesOf(ITypeSymbol siteEnum, ContractKind kind)
    {
        var names = new List<string>();
        foreach (var member in siteEnum.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } && ContractKind.OfSite(member.Name) == kind)
                names.Add(member.Name);
        }

        return string.Join(", ", names);
    }
}
