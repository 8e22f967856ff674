namespace Peft.Generators.Hosts;

/// <summary>All that the source of a backbone layer depends on.</summary>
/// <remarks>Equal models give equal sources: only strings, flags and <see cref="EquatableArray{T}"/>, and no position.</remarks>
/// <param name="Type">Where members go.</param>
/// <param name="IsHost">Whether the class is to implement the interface; not when a base class has errors in common with it.</param>
/// <param name="Sites">Site methods in order of declaration.</param>
/// <param name="PointsField">Name for the field behind the list of points.</param>
internal sealed record HostModel(TypeHierarchy Type, bool IsHost, EquatableArray<SiteModel> Sites, string PointsField);

/// <summary>A site method.</summary>
/// <param name="Declaration">The method as declared, without its semicolon.</param>
/// <param name="Arguments">Its parameters' names.</param>
/// <param name="Point">What it calls; null when the declaration has an error and only a body is written.</param>
internal sealed record SiteModel(string Declaration, string Arguments, PointModel? Point);

/// <summary>An injection point.</summary>
/// <param name="Type">The class of the point.</param>
/// <param name="Site">The site, as code.</param>
/// <param name="Member">The field that holds the layer, as code.</param>
/// <param name="Module">The layer's name in checkpoints; null where it is no part of the site's path.</param>
/// <param name="Field">Name for the point's field.</param>
/// <param name="Property">Name for the property that creates the point at first use.</param>
internal sealed record PointModel(string Type, string Site, string Member, string? Module, string Field, string Property);
