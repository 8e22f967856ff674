namespace Peft;

/// <summary>The experts that one forward pass uses: an index for every slot, in the router's order.</summary>
public sealed class Route
{
    private readonly int[] _picks;

    /// <summary>Creates a route.</summary>
    /// <param name="picks">An index for every slot.</param>
    public Route(IEnumerable<int> picks) => _picks = [.. picks];

    /// <summary>The indices, in the order of the router's slots.</summary>
    public IReadOnlyList<int> Picks => _picks;

    internal int this[int slot] => _picks[slot];
}

/// <summary>A position in a route, for which one expert is picked: one group at one site of one layer.</summary>
/// <param name="Layer">The layer; null for a slot that all sites share.</param>
/// <param name="Site">The site; null for a slot that all sites share.</param>
/// <param name="Path">The module path.</param>
/// <param name="Group">The group of trainables routed together.</param>
/// <param name="Experts">The number of experts to pick from; 1 if the group is shared.</param>
public sealed record RouteSlot(int? Layer, Site? Site, string Path, string Group, int Experts);
