using static TorchSharp.torch;

namespace Peft;

/// <summary>Samples a route for every forward pass from its own seeded generator, and holds the current route.</summary>
/// <remarks>
/// By default, a route has one index for each layer, site and group, for the whole batch (AdaMix, section 3.1); <see cref="RoutingPolicy"/>
/// selects other policies. Like the model, the router is not thread-safe.
/// </remarks>
public sealed class Router : IReplayed
{
    private readonly MixtureOptions _options;
    private readonly List<RouteSlot> _slots = [];
    private readonly Queue<Route> _injected = [];
    private readonly Dictionary<object, Tensor> _balance = [];
    private ulong _state;
    private Route? _pinned;

    internal Router(MixtureOptions options, ulong seed)
    {
        (_options, _state) = (options, seed);
        Weights = options.Weights is { } weights ? ExpertWeights.Normalize(weights) : null;
    }

    /// <summary>The slots of a route in order: layer by layer, sites in the order of the forward pass, groups as declared.</summary>
    public IReadOnlyList<RouteSlot> Slots => _slots;

    /// <summary>The current pass's route; null for the merged weights, or if rows or tokens have separate routes.</summary>
    public Route? Current { get; private set; }

    /// <summary>
    /// The route of each row in the current pass, under <see cref="RoutingPolicy.Example"/>. Null under other policies, and before the pass
    /// reaches its first method.
    /// </summary>
    public IReadOnlyList<Route>? Rows { get; private set; }

    /// <summary>The experts that passes in evaluation mode use.</summary>
    /// <exception cref="RoutingException">On setting: <see cref="MixtureInference.Routed"/> without a learned router.</exception>
    public MixtureInference Inference
    {
        get;
        set => field = value != MixtureInference.Routed || _options.Routing == RoutingPolicy.Switch
            ? value
            : throw new RoutingException($"the inference {value} needs a learned router, and the routing is {_options.Routing}; choose "
                + "another.");
    }

    /// <summary>The experts' weights in their average; null for equal weights.</summary>
    public ExpertWeights? Weights { get; set; }

    /// <summary>
    /// The current pass's load-balancing loss, averaged over places: M sum over i of f_i P_i (Fedus et al. 2021, equation 4). Null without
    /// a learned router.
    /// </summary>
    public Tensor? BalanceLoss => _balance.Count == 0 ? null : stack(_balance.Values).mean();

    /// <summary>The generator's state, used to replay or resume a run.</summary>
    public ulong State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>How the current pass is split if <see cref="Current"/> is null: by rows, by tokens, or not at all (stochastic).</summary>
    internal RoutingPolicy Parts { get; private set; }

    internal int MaxExperts => _slots.Max(slot => slot.Experts);

    /// <summary>Makes the next passes in training mode use recorded routes, in this order.</summary>
    /// <param name="routes">The routes, each with an index for every slot.</param>
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
        Set(route, RoutingPolicy.Stochastic);
    }

    /// <summary>Uses a route for each row until the next pass begins.</summary>
    /// <param name="rows">A route for each row of the batch.</param>
    /// <exception cref="RouteException">The mixture does not route by rows, or a route does not fit.</exception>
    public void UseRows(IReadOnlyList<Route> rows)
    {
        if (_options.Routing != RoutingPolicy.Example)
            throw new RouteException($"a route for each row needs the routing {RoutingPolicy.Example}; this mixture's is "
                + $"{_options.Routing}.");
        foreach (var route in rows)
            Check(route);
        Set(null, RoutingPolicy.Example);
        Rows = [.. rows];
    }

    /// <summary>Creates the route that picks the same expert everywhere (the shared one if a group has only one).</summary>
    /// <param name="expert">The expert's number from 0.</param>
    /// <returns>The route.</returns>
    public Route Everywhere(int expert) => new(_slots.Select(slot => Math.Min(expert, slot.Experts - 1)));

    /// <summary>
    /// Returns the number of a slot, and adds the slot if it is new. Trainables of one group with different numbers of experts have
    /// separate slots.
    /// </summary>
    internal int SlotOf(RouteSlot wanted)
    {
        var index = _slots.IndexOf(wanted);
        if (index >= 0)
            return index;
        _slots.Add(wanted);
        return _slots.Count - 1;
    }

    /// <summary>Creates the splitter of a method's batches; null if one route applies to the whole batch.</summary>
    internal IFormulaDispatch? DispatchOf(BankMaker.Place place) => _options.Routing switch
    {
        RoutingPolicy.Example => new RowDispatch(this, place.Slots),
        RoutingPolicy.Switch => new SwitchDispatch(this, place.CreateRouter()),
        _ => null,
    };

    /// <summary>The router, for a method that runs now. A layer that will be recomputed records that it used the router.</summary>
    internal Router Ask()
    {
        LayerRun.Current?.Consult(this);
        return this;
    }

    /// <inheritdoc/>
    Func<IDisposable> IReplayed.Capture()
    {
        var then = (Current, Parts, Rows);
        return () =>
        {
            var now = (Current, Parts, Rows);
            (Current, Parts, Rows) = then;
            return new Restoring(() => (Current, Parts, Rows) = now);
        };
    }

    internal void BeginPass(bool training)
    {
        if (_pinned is not null)
            Set(_pinned, RoutingPolicy.Stochastic);
        else if (training)
            Begin(_injected.TryDequeue(out var recorded) ? recorded : null, _options.Routing);
        else if (Inference == MixtureInference.Random)
            Begin(null, _options.Routing == RoutingPolicy.Example ? RoutingPolicy.Example : RoutingPolicy.Stochastic);
        else if (Inference == MixtureInference.Routed)
            Begin(null, RoutingPolicy.Switch);
        else
            Set(Inference == MixtureInference.Fixed ? Everywhere(0) : null, RoutingPolicy.Stochastic);
    }

    /// <summary>Makes all passes use a route until the result is disposed.</summary>
    internal IDisposable Pin(Route route)
    {
        _pinned = route;
        return new Restoring(() =>
        {
            _pinned = null;
            Use(null);
        });
    }

    /// <summary>Runs a part of a batch with its own route.</summary>
    internal Tensor Within(Route route, Func<Tensor> part)
    {
        var (outer, parts) = (Current, Parts);
        try
        {
            (Current, Parts) = (route, RoutingPolicy.Stochastic);
            return part();
        }
        finally
        {
            (Current, Parts) = (outer, parts);
        }
    }

    /// <summary>
    /// The routes of the current pass's rows. They are sampled when the first method requests them, because the batch size is unknown
    /// before.
    /// </summary>
    internal IReadOnlyList<Route> RowRoutes(long rows)
    {
        Rows ??= [.. Enumerable.Range(0, (int)rows).Select(_ => Draw())];
        return Rows.Count == rows ? Rows : throw new RouteException($"there are routes for {Rows.Count} rows, and the batch has {rows}.");
    }

    /// <summary>
    /// Records a place's load-balancing loss in this pass. It is kept beyond the layer that computed it, until the next pass.
    /// </summary>
    internal void Report(object place, Tensor balance)
    {
        if (LayerRun.Current is { } run)
            run.Give(balance, given => Keep(place, given));
        else
            Keep(place, balance);
    }

    /// <summary>Frees the tensors of the last pass.</summary>
    internal void Clear()
    {
        foreach (var balance in _balance.Values)
            balance.Dispose();
        _balance.Clear();
    }

    private void Keep(object place, Tensor balance)
    {
        if (_balance.Remove(place, out var old))
            old.Dispose();
        _balance[place] = balance.DetachFromDisposeScope();
    }

    private void Begin(Route? route, RoutingPolicy policy) =>
        Set(route ?? (policy == RoutingPolicy.Stochastic ? Draw() : null), route is null ? policy : RoutingPolicy.Stochastic);

    private void Set(Route? route, RoutingPolicy parts)
    {
        (Current, Parts, Rows) = (route, parts, null);
        Clear();
    }

    private Route Draw() => new(_slots.Select(slot => (int)(Next() % (ulong)slot.Experts)));

    /// <summary>SplitMix64. Its state is a single 64-bit number, which fits in a checkpoint.</summary>
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
                    $"the route picks expert {route[slot]} of group {_slots[slot].Group} at {_slots[slot].Path}, which has "
                        + $"{_slots[slot].Experts}.");
            }
        }
    }
}

/// <summary>A route does not fit the mixture.</summary>
/// <param name="message">What was expected and what was found.</param>
public sealed class RouteException(string message) : Exception(message);
