namespace Peft;

/// <summary>How often the training passes of a mixture picked each expert of a group at one place.</summary>
/// <param name="Layer">The layer, from 0; null if all layers share the experts.</param>
/// <param name="Site">The site; null if all sites share the route.</param>
/// <param name="Group">The group of trainables that is routed together.</param>
/// <param name="Counts">
/// The count of each expert: passes, rows with <see cref="RoutingPolicy.Example"/>, and tokens without padding with
/// <see cref="RoutingPolicy.Switch"/>.
/// </param>
public sealed record ExpertPicks(int? Layer, string? Site, string Group, IReadOnlyList<long> Counts);
