using Peft.Data;

namespace Peft;

/// <summary>Supplies routes: recorded ones in the order in which they were injected, otherwise sampled ones.</summary>
/// <param name="seed">The seed of the generator.</param>
internal sealed class RouteSource(ulong seed)
{
    private readonly List<RouteSlot> _slots = [];
    private readonly Queue<Route> _injected = [];
    private ulong _state = seed;

    public IReadOnlyList<RouteSlot> Slots => _slots;

    /// <summary>The generator's state. SplitMix64's state is a single 64-bit number, which fits in a run's snapshot.</summary>
    public ulong State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>
    /// Returns the number of a slot, and adds the slot if it is new. Trainables of one group with different numbers of experts have
    /// separate slots.
    /// </summary>
    public int SlotOf(RouteSlot wanted)
    {
        var index = _slots.IndexOf(wanted);
        if (index >= 0)
            return index;
        _slots.Add(wanted);
        return _slots.Count - 1;
    }

    /// <summary>Queues recorded routes for the next passes in training mode.</summary>
    /// <exception cref="RouteException">A route does not fit; none is queued.</exception>
    public void Inject(IReadOnlyList<Route> routes)
    {
        foreach (var route in routes)
            Check(route);
        foreach (var route in routes)
            _injected.Enqueue(route);
    }

    /// <summary>The next recorded route; null if there is none.</summary>
    public Route? TakeInjected() => _injected.TryDequeue(out var route) ? route : null;

    /// <summary>Samples a route: one index for every slot, uniformly.</summary>
    public Route Sample() => new(_slots.Select(slot => Pick(slot.Experts)));

    /// <summary>Samples an index for one slot, uniformly.</summary>
    public int Sample(int slot) => Pick(_slots[slot].Experts);

    /// <summary>The route that picks the same expert everywhere; a group with fewer experts uses its last one.</summary>
    public Route Everywhere(int expert) => new(_slots.Select(slot => Math.Min(expert, slot.Experts - 1)));

    /// <summary>Checks that a route has an index in range for every slot.</summary>
    /// <exception cref="RouteException">The route does not fit.</exception>
    public void Check(Route route)
    {
        if (route.Picks.Count != _slots.Count)
            throw new RouteException($"a route needs {_slots.Count} indices, one for each slot; {route.Picks.Count} were given.");
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            if (route[slot] < 0 || route[slot] >= _slots[slot].Experts)
            {
                throw new RouteException(
                    $"the route picks expert {route[slot]} of group {_slots[slot].Group} at {_slots[slot].Path}, which has "
                        + $"{_slots[slot].Experts}.");
            }
        }
    }

    private int Pick(int experts) => (int)(SplitMix64.Next(ref _state) % (ulong)experts);
}

/// <summary>A route does not fit the mixture.</summary>
/// <param name="message">What was expected and what was found.</param>
public sealed class RouteException(string message) : Exception(message);
