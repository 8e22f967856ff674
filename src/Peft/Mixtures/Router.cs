namespace Peft;

/// <summary>Draws a route for every forward pass from the run's own seeded generator, and holds the current one.</summary>
/// <remarks>One index for each layer, site and group, for the whole batch (AdaMix, section 3.1). Not thread-safe, like the model.</remarks>
public sealed class Router
{
    private readonly MixtureOptions _options;
    private readonly List<RouteSlot> _slots = [];
    private readonly Queue<Route> _injected = [];
    private ulong _state;

    internal Router(MixtureOptions options, ulong seed) => (_options, _state) = (options, seed);

    /// <summary>What a route picks for, in order: layer by layer, sites in the order of the forward pass, groups as declared.</summary>
    public IReadOnlyList<RouteSlot> Slots => _slots;

    /// <summary>The current pass's route; null means the merged weights.</summary>
    public Route? Current { get; private set; }

    /// <summary>What passes in evaluation mode use.</summary>
    public MixtureInference Inference { get; set; }

    /// <summary>The generator's state: with it a run can be replayed or resumed.</summary>
    public ulong State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Makes the next passes in training mode use recorded routes, in this order.</summary>
    /// <param name="routes">An index for every slot each.</param>
    /// <exception cref="RouteException">A route has the wrong number of indices, or one out of range.</exception>
    public void Inject(params IReadOnlyList<Route> routes)
    {
        foreach (var route in routes)
            Check(route);
        foreach (var route in routes)
            _injected.Enqueue(route);
    }

    /// <summary>Uses a route until the next pass begins.</summary>
    /// <param name="route">The route; null for the merged weights.</param>
    /// <exception cref="RouteException">The route has the wrong number of indices, or one out of range.</exception>
    public void Use(Route? route)
    {
        if (route is not null)
            Check(route);
        Current = route;
    }

    /// <summary>The route that picks the same expert everywhere (the shared one where a group has but one).</summary>
    /// <param name="expert">The expert's number from 0.</param>
    /// <returns>The route.</returns>
    public Route Everywhere(int expert) => new(_slots.Select(slot => Math.Min(expert, slot.Experts - 1)));

    /// <summary>The number of a slot, which is added where it is new. Trainables of one group that differ in the number of experts have slots of their own.</summary>
    internal int SlotOf(RouteSlot wanted)
    {
        var index = _slots.IndexOf(wanted);
        if (index >= 0)
            return index;
        _slots.Add(wanted);
        return _slots.Count - 1;
    }

    internal int MaxExperts => _slots.Max(slot => slot.Experts);

    internal void BeginPass(bool training)
    {
        if (training)
            Current = _injected.TryDequeue(out var recorded) ? recorded : Draw();
        else
            Current = Inference switch { MixtureInference.Fixed => Everywhere(0), MixtureInference.Random => Draw(), _ => null };
    }

    private Route Draw() => new(_slots.Select(slot => (int)(Next() % (ulong)slot.Experts)));

    /// <summary>SplitMix64: one 64-bit state, so that a checkpoint can hold it.</summary>
    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private void Check(Route route)
    {
        if (route.Picks.Count != _slots.Count)
            throw new RouteException($"a route needs {_slots.Count} indices, one for each slot; {route.Picks.Count} were given.");
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            if (route[slot] < 0 || route[slot] >= _slots[slot].Experts)
            {
                throw new RouteException(
                    $"the route picks expert {route[slot]} of group {_slots[slot].Group} at {_slots[slot].Path}, which has {_slots[slot].Experts}.");
            }
        }
    }
}

/// <summary>A route does not fit the mixture.</summary>
/// <param name="message">What was expected and what was found.</param>
public sealed class RouteException(string message) : Exception(message);
