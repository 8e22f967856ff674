using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>All diagnostics of the generators and analyzers. Ids are never reused; each has a page in docs/reference/diagnostics.</summary>
internal static partial class DiagnosticDescriptors
{
    private const string Category = "Peft";
    private const string Help = "https://github.com/peft-dotnet/peft/blob/main/docs/reference/diagnostics/";

    // The one rule that methods and backbones share.
    public static readonly DiagnosticDescriptor NotPartial = new(
        "PEFT001",
        "Declaration must be partial",
        "{0} '{1}' must be declared partial",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A class, a trainable or a site method whose rest is generated is not partial.",
        helpLinkUri: Help + "PEFT001.md");
}
