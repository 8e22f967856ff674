namespace Peft;

/// <summary>Counts how often each expert was picked in training.</summary>
/// <param name="slots">The router's slots, which may still grow.</param>
internal sealed class PickCounter(IReadOnlyList<RouteSlot> slots)
{
    private readonly List<long[]> _counts = [];

    /// <summary>Whether picks are counted: in training passes, and not when a layer is recomputed.</summary>
    public bool IsCounting { get; set; }

    /// <summary>The counts of each slot's experts. Setting an empty list begins with zeros.</summary>
    /// <exception cref="RouteException">On setting: they do not fit the slots.</exception>
    public IReadOnlyList<IReadOnlyList<long>> Counts
    {
        get => [.. Current().Select(counts => counts.ToArray())];
        set
        {
            if (value.Count > 0 && !Fits(value))
            {
                throw new RouteException(
                    "the counts of picks do not fit the mixture; expected one of at least 0 for each expert of each slot.");
            }

            _counts.Clear();
            _counts.AddRange(value.Select(counts => counts.ToArray()));
        }
    }

    /// <summary>The counts of the slots that have several experts.</summary>
    public IReadOnlyList<ExpertPicks> Describe() =>
        [.. slots.Zip(Current()).Where(pair => pair.First.Experts > 1)
            .Select(pair => new ExpertPicks(pair.First.Layer, pair.First.Site?.ToString(), pair.First.Group, [.. pair.Second]))];

    /// <summary>Counts the picks of a route.</summary>
    public void Add(Route route)
    {
        if (!IsCounting)
            return;
        var counts = Current();
        for (var slot = 0; slot < counts.Count; slot++)
            counts[slot][route[slot]]++;
    }

    /// <summary>Counts how often the experts of some slots were picked.</summary>
    /// <param name="chosen">The slots.</param>
    /// <param name="times">The count of each expert.</param>
    public void Add(IEnumerable<int> chosen, IReadOnlyList<long> times)
    {
        var counts = Current();
        foreach (var slot in chosen)
        {
            for (var expert = 0; expert < times.Count; expert++)
                counts[slot][Math.Min(expert, counts[slot].Length - 1)] += times[expert];
        }
    }

    /// <summary>Whether counts have a number of at least 0 for each expert of each slot.</summary>
    public bool Fits(IReadOnlyList<IReadOnlyList<long>> counts) =>
        counts.Count == slots.Count
            && counts.Zip(slots).All(pair => pair.First.Count == pair.Second.Experts && pair.First.All(count => count >= 0));

    private List<long[]> Current()
    {
        for (var slot = _counts.Count; slot < slots.Count; slot++)
            _counts.Add(new long[slots[slot].Experts]);
        return _counts;
    }
}
