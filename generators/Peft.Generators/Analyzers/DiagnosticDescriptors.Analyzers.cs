using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <content>Rules that the analyzers check, for what no generator sees.</content>
internal static partial class DiagnosticDescriptors
{
    public static readonly DiagnosticDescriptor IneffectiveAttribute = new(
        "PEFT022",
        "Attribute has no effect",
        "[{0}] has no effect on '{1}': {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Attributes of methods are read from classes with [PeftMethod], each for the base classes that it is for.",
        helpLinkUri: Help + "PEFT022.md");

    public static readonly DiagnosticDescriptor UncalledSite = new(
        "PEFT030",
        "Site method is never called",
        "Site method '{0}' is never called, so methods attached at {1} would not act",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A layer offers a site by calling its site method in the forward pass.",
        helpLinkUri: Help + "PEFT030.md");

    public static readonly DiagnosticDescriptor SitePassedBy = new(
        "PEFT031",
        "Layer is called past its site",
        "'{0}' is called past its site method '{1}', so methods attached at {2} would not act here",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What a site method names is called through the site method.",
        helpLinkUri: Help + "PEFT031.md");
}
