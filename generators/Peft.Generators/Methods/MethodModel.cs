namespace Peft.Generators.Methods;

/// <summary>How much of a method's class can be written; less when it has errors, so that no further errors hide them.</summary>
internal enum MethodParts
{
    /// <summary>Bodies for the trainables.</summary>
    Bodies,

    /// <summary>Those, and what the base class leaves abstract.</summary>
    Trainables,

    /// <summary>Those, the descriptor and the catalog's entry.</summary>
    Everything,
}

/// <summary>All that the source of a method's class depends on.</summary>
/// <remarks>Equal models give equal sources: only strings, flags and <see cref="EquatableArray{T}"/>, and no position.</remarks>
/// <param name="Type">Where members go.</param>
/// <param name="Parts">How much to write.</param>
/// <param name="Name">The method's name.</param>
/// <param name="Kind">The member of SiteKind.</param>
/// <param name="Composed">What a composite is made of, each as code.</param>
/// <param name="DefaultSites">Sites as code.</param>
/// <param name="Options">In order of declaration, inherited ones first.</param>
/// <param name="Trainables">In order of declaration.</param>
/// <param name="Summary">First sentence of the class's summary.</param>
/// <param name="Paper">Where the method was published, or null.</param>
/// <param name="IdentityAtInit">The attribute's flag.</param>
/// <param name="Mergeable">The attribute's flag.</param>
/// <param name="DescribeMethod">Name for the method that makes the descriptor.</param>
internal sealed record MethodModel(
    TypeHierarchy Type,
    MethodParts Parts,
    string Name,
    string Kind,
    EquatableArray<string> Composed,
    EquatableArray<string> DefaultSites,
    EquatableArray<OptionModel> Options,
    EquatableArray<TrainableModel> Trainables,
    string Summary,
    string? Paper,
    bool IdentityAtInit,
    bool Mergeable,
    string DescribeMethod);

/// <summary>An option.</summary>
/// <param name="Property">The property as code spells it.</param>
/// <param name="Name">The name users write.</param>
/// <param name="Type">The type as code.</param>
/// <param name="Min">Smallest value, as code.</param>
/// <param name="Max">Largest value, as code.</param>
/// <param name="Description">One line, or null.</param>
internal sealed record OptionModel(string Property, string Name, string Type, string Min, string Max, string? Description);

/// <summary>A trainable.</summary>
/// <param name="Declaration">Modifiers, type and name as declared ("private partial global::TorchSharp.torch.Tensor A").</param>
/// <param name="Accessors">As declared ("get", "private set"); all but a single "get" are errors.</param>
/// <param name="Name">The property's name.</param>
/// <param name="Field">The generated field; null when the declaration has an error and only a body is written.</param>
/// <param name="Shape">The declared shape.</param>
/// <param name="Sizes">Its sizes, as code.</param>
/// <param name="Init">The initialisation, as code.</param>
/// <param name="Std">The standard deviation, as code.</param>
/// <param name="Group">The group.</param>
/// <param name="When">The property that says whether it is made, as code; null for always.</param>
/// <param name="Initializer">Settings that differ from the defaults, as code ("Mixed = false"); empty for none.</param>
internal sealed record TrainableModel(
    string Declaration, EquatableArray<string> Accessors, string Name, string? Field, string Shape, EquatableArray<string> Sizes,
    string Init, string Std, string Group, string? When, string Initializer);
