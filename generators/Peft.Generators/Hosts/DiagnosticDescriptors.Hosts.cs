using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <content>Rules for backbone layers.</content>
internal static partial class DiagnosticDescriptors
{
    /// <summary>Those that <see cref="Analyzers.HostAnalyzer"/> reports.</summary>
    public static ImmutableArray<DiagnosticDescriptor> OfHosts =>
        [NotPartial, BadSiteMethod, BadSiteField, WrongSiteAttribute, SiteOfferedTwice, BaseOffersSites, NotAHost];

    public static readonly DiagnosticDescriptor NotAHost = new(
        "PEFT034",
        "Layer is not marked as an injection host",
        "Class '{0}' offers a site by '{1}' but is not marked; add [InjectionHost] to it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A layer asks for its injection points by [InjectionHost].",
        helpLinkUri: Help + "PEFT034.md");

    public static readonly DiagnosticDescriptor BadSiteMethod = new(
        "PEFT014",
        "Site method is declared wrongly",
        "Site method '{0}' must be 'partial {1}' of a class: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The generator writes the method's body, which calls the injection point.",
        helpLinkUri: Help + "PEFT014.md");

    public static readonly DiagnosticDescriptor BadSiteField = new(
        "PEFT015",
        "Site names a wrong field",
        "Site method '{0}' needs a field of type {1}, but {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A site names the field that holds its layer.",
        helpLinkUri: Help + "PEFT015.md");

    public static readonly DiagnosticDescriptor WrongSiteAttribute = new(
        "PEFT016",
        "Site is offered by the wrong attribute",
        "Site '{0}' is of kind {1}; offer it with [{2}]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Each kind of site has an attribute: [ProjectionSite] for linear maps, [StreamSite] for points of the hidden "
            + "stream, and so on.",
        helpLinkUri: Help + "PEFT016.md");

    public static readonly DiagnosticDescriptor SiteOfferedTwice = new(
        "PEFT017",
        "Site is offered twice",
        "Site '{0}' is offered by '{1}' already",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A layer offers each site once, or methods would act twice.",
        helpLinkUri: Help + "PEFT017.md");

    public static readonly DiagnosticDescriptor BaseOffersSites = new(
        "PEFT018",
        "Base class offers sites already",
        "Class '{0}' cannot offer sites: its base class '{1}' offers sites already",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Sites of a layer are listed by one class.",
        helpLinkUri: Help + "PEFT018.md");
}
