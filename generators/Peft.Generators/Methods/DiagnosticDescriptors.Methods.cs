using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <content>Rules for methods' classes.</content>
internal static partial class DiagnosticDescriptors
{
    /// <summary>Those that <see cref="Analyzers.MethodAnalyzer"/> reports.</summary>
    public static ImmutableArray<DiagnosticDescriptor> OfMethods =>
    [
        NotPartial, NotAMethod, BaseIsMethod, CannotBeCreated, BadMethodName, DuplicateMethodName, ReservedMethodName,
        NoSite, WrongSiteKind, MergeableWithoutDelta, DeltaWithoutMergeable,
        NoPart, BadPartOption, PartTwice, CyclicComposite,
        BadTrainable, MalformedShape, UnknownShapeName, UnknownMember, IneffectiveSetting, BadGroupName, StrayGroupName,
        BadOptionType, OptionWithoutAccessor, BadOptionRange, OptionNameTaken,
    ];

    public static readonly DiagnosticDescriptor NotAMethod = new(
        "PEFT002",
        "Method class has no method base",
        "Class '{0}' must derive from a base class of methods: ProjectionMethod, StreamMethod, NormMethod, AttentionMethod, "
            + "EmbeddingMethod, CompositeMethod or UnfreezingMethod",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A class marked [PeftMethod] derives from no base class of the contract.",
        helpLinkUri: Help + "PEFT002.md");

    public static readonly DiagnosticDescriptor BaseIsMethod = new(
        "PEFT035",
        "Base class is a method already",
        "Class '{0}' cannot be a method: its base class '{1}' is a method already; put what they share into an abstract class without "
            + "[PeftMethod]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Trainables are made by the class that declares them, for one method.",
        helpLinkUri: Help + "PEFT035.md");

    public static readonly DiagnosticDescriptor CannotBeCreated = new(
        "PEFT003",
        "Method class cannot be created",
        "Method class '{0}' cannot be created: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A method's class is made by name: it is a public or internal class with a constructor that needs nothing.",
        helpLinkUri: Help + "PEFT003.md");

    public static readonly DiagnosticDescriptor BadMethodName = new(
        "PEFT004",
        "Method name is not allowed",
        "Method name '{0}' must start with a lower case letter and hold only lower case letters, digits and dashes",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Names appear on command lines and in file names.",
        helpLinkUri: Help + "PEFT004.md");

    public static readonly DiagnosticDescriptor DuplicateMethodName = new(
        "PEFT005",
        "Method name is taken",
        "Method name '{0}' is taken by class '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Two classes of one assembly have the same method name.",
        helpLinkUri: Help + "PEFT005.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor NoSite = new(
        "PEFT006",
        "Method names no site",
        "Method class '{0}' names no site; add [InjectAt(...)] with at least one {1} site",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A method states where it acts by default.",
        helpLinkUri: Help + "PEFT006.md");

    public static readonly DiagnosticDescriptor WrongSiteKind = new(
        "PEFT007",
        "Site is of the wrong kind for the method",
        "Site '{0}' is of kind {1}, but '{2}' derives from {3}; its sites are {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A projection method acts on linear maps, a stream method on the hidden stream, and so on.",
        helpLinkUri: Help + "PEFT007.md");

    public static readonly DiagnosticDescriptor MergeableWithoutDelta = new(
        "PEFT008",
        "Mergeable method gives no delta",
        "Method class '{0}' says Mergeable = true but {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Merging adds what Delta() returns to a weight.",
        helpLinkUri: Help + "PEFT008.md");

    public static readonly DiagnosticDescriptor NoPart = new(
        "PEFT019",
        "Composite names no part",
        "Composite '{0}' names no part; add [Part(\"method\")] for each method it is made of",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A composite does nothing but attach its parts.",
        helpLinkUri: Help + "PEFT019.md");

    public static readonly DiagnosticDescriptor BadPartOption = new(
        "PEFT020",
        "Option of a part is malformed",
        "'{0}' is no default for an option of part '{1}'; write \"option=value\"",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Defaults of a part are written as users set them.",
        helpLinkUri: Help + "PEFT020.md");

    public static readonly DiagnosticDescriptor ReservedMethodName = new(
        "PEFT025",
        "Method name is reserved",
        "Method name '{0}' is reserved for mixtures of methods",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Expressions such as adamix(lora) would be ambiguous.",
        helpLinkUri: Help + "PEFT025.md");

    public static readonly DiagnosticDescriptor CyclicComposite = new(
        "PEFT026",
        "Composite is made of itself",
        "Composite '{0}' is made of itself: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A composite is taken apart until nothing but methods with sites is left.",
        helpLinkUri: Help + "PEFT026.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor PartTwice = new(
        "PEFT027",
        "Part is named twice",
        "Part '{0}' of composite '{1}' is named twice",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A method is attached once to each of its sites.",
        helpLinkUri: Help + "PEFT027.md");

    public static readonly DiagnosticDescriptor DeltaWithoutMergeable = new(
        "PEFT032",
        "Delta is overridden but not declared",
        "Method class '{0}' overrides Delta() but does not say that it is mergeable; write {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Nobody asks a method for its delta unless it says that it can be merged.",
        helpLinkUri: Help + "PEFT032.md");
}
