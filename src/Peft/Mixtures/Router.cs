using static TorchSharp.torch;

namespace Peft;

/// <summary>Decides which experts of a mixture each forward pass uses.</summary>
/// <remarks>
/// A pass in training mode samples a route, or takes an injected one; <see cref="Inference"/> decides in evaluation mode. By default, a
/// route has one index for each layer, site and group, for the whole batch (AdaMix, section 3.1); <see cref="RoutingPolicy"/> selects other
/// policies. Like the model, the router is not thread-safe.
/// </remarks>
public sealed class Router : IReplayed
{
    private readonly RoutingPolicy _training;
    private readonly RouteSource _source;
    private readonly InferencePolicy _inference;
    private readonly BalanceLosses _balance = new();
    private readonly PickCounter _picks;
    private Route? _pinned;

    internal Router(MixtureOptions options, ulong seed)
    {
        (_training, _source, _inference) = (options.Routing, new RouteSource(seed), new InferencePolicy(options.Routing));
        _picks = new PickCounter(_source.Slots);
        Inference = options.Inference;
        Weights = options.Weights is { } weights ? ExpertWeights.Normalize(weights) : null;
    }

    /// <summary>The slots of a route in order: layer by layer, sites in the order of the forward pass, groups as declared.</summary>
    public IReadOnlyList<RouteSlot> Slots => _source.Slots;

    /// <summary>The experts that the current pass uses.</summary>
    public PassRouting Pass { get; private set; } = new PassRouting.Merged();

    /// <summary>The experts that passes in evaluation mode use.</summary>
    /// <exception cref="RoutingException">On setting: <see cref="MixtureInference.Routed"/> without a learned router.</exception>
    public MixtureInference Inference
    {
        get => _inference.Kind;
        set => _inference.Kind = value;
    }

    /// <summary>
    /// What shares a sampled route in <see cref="MixtureInference.Random"/>. By default the whole batch; a row with
    /// <see cref="RoutingPolicy.Example"/>.
    /// </summary>
    /// <exception cref="RoutingException">On setting: the methods cannot be split so finely, as a prefix cannot by rows.</exception>
    public RouteUnit RandomUnit
    {
        get => _inference.Unit;
        set => _inference.Unit = value;
    }

    /// <summary>The experts' weights in their average; null for equal weights.</summary>
    public ExpertWeights? Weights { get; set; }

    /// <summary>
    /// The current pass's load-balancing loss, averaged over places: M sum over i of f_i P_i (Fedus et al. 2021, equation 4). Null without
    /// a learned router.
    /// </summary>
    public Tensor? BalanceLoss => _balance.Mean;

    /// <summary>The generator's state, used to replay or resume a run.</summary>
    public ulong State
    {
        get => _source.State;
        set => _source.State = value;
    }

    /// <summary>How often training passes picked each expert, for each place with several experts, in the order of the slots.</summary>
    public IReadOnlyList<ExpertPicks> Picks => _picks.Describe();

    /// <summary>The counts of <see cref="Picks"/> for every slot, used to resume a run. An empty list begins with zeros.</summary>
    /// <exception cref="RouteException">On setting: there is not a count of at least 0 for each expert of each slot.</exception>
    public IReadOnlyList<IReadOnlyList<long>> PickCounts
    {
        get => _picks.Counts;
        set => _picks.Counts = value;
    }

    /// <summary>Whether <see cref="PickCounts"/> can be set to counts: there is one of at least 0 for each expert of each slot.</summary>
    /// <param name="counts">The counts, for example from a snapshot.</param>
    public bool CanTakePicks(IReadOnlyList<IReadOnlyList<long>> counts) => _picks.Fits(counts);

    /// <summary>Counts the picks of training passes.</summary>
    internal PickCounter Counter => _picks;

    /// <summary>The finest part of a batch that can have a route of its own.</summary>
    internal RouteUnit Finest { set => _inference.Finest = value; }

    /// <summary>The factor of the consistency term's weight in the step in progress; 1 unless the training ramps it up.</summary>
    internal double ConsistencyFactor { get; set; } = 1;

    internal int MaxExperts => Slots.Max(slot => slot.Experts);

    /// <summary>Makes the next passes in training mode use recorded routes, in this order.</summary>
    /// <param name="routes">The routes, each with an index for every slot.</param>
    /// <exception cref="RouteException">A route has the wrong number of indices, or one out of range.</exception>
    public void Inject(params IReadOnlyList<Route> routes) => _source.Inject(routes);

    /// <summary>Uses a route until the next pass begins.</summary>
    /// <param name="route">The route.</param>
    /// <exception cref="RouteException">The route has the wrong number of indices, or one out of range.</exception>
    public void Use(Route route)
    {
        _source.Check(route);
        Set(new PassRouting.Single(route));
    }

    /// <summary>Uses the experts' average until the next pass begins.</summary>
    public void UseMerged() => Set(new PassRouting.Merged());

    /// <summary>Uses a route for each row until the next pass begins.</summary>
    /// <param name="rows">A route for each row of the batch.</param>
    /// <exception cref="RouteException">The mixture does not route by rows, or a route does not fit.</exception>
    public void UseRows(IReadOnlyList<Route> rows)
    {
        if (_training != RoutingPolicy.Example)
            throw new RouteException($"a route for each row needs the routing {RoutingPolicy.Example}; this mixture's is {_training}.");
        foreach (var route in rows)
            _source.Check(route);
        Set(new PassRouting.Rows([.. rows]));
    }

    /// <summary>Creates the route that picks the same expert everywhere (the shared one if a group has only one).</summary>
    /// <param name="expert">The expert's number from 0.</param>
    /// <returns>The route.</returns>
    public Route Everywhere(int expert) => _source.Everywhere(expert);

    /// <inheritdoc cref="RouteSource.SlotOf"/>
    internal int SlotOf(RouteSlot wanted) => _source.SlotOf(wanted);

    /// <summary>Creates the splitter of a method's batches, for passes that do not use one route for the whole batch.</summary>
    internal IFormulaDispatch DispatchOf(BankMaker.Place place) => _training switch
    {
        RoutingPolicy.Switch => new SwitchDispatch(this, place.CreateRouter(), place.Slots),
        _ => new SampledDispatch(this, new RowDispatch(this, place.Slots), new TokenDispatch(this, place.Slots)),
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
        var then = Pass;
        return () => Replay(then);
    }

    internal void BeginPass(bool training)
    {
        Set(Begin(training));
        _picks.IsCounting = training;
        if (Pass is PassRouting.Single { Route: var route })
            _picks.Add(route);
    }

    private PassRouting Begin(bool training) =>
        _pinned is { } pinned ? new PassRouting.Single(pinned)
        : !training ? _inference.Begin(_source)
        : _source.TakeInjected() is { } recorded ? new PassRouting.Single(recorded)
        : _training switch
        {
            RoutingPolicy.Example => new PassRouting.Rows(null),
            RoutingPolicy.Switch => new PassRouting.Tokens(),
            _ => new PassRouting.Single(_source.Sample()),
        };

    /// <summary>Makes all passes use a route, in training and evaluation mode, until the result is disposed.</summary>
    /// <param name="route">The route.</param>
    /// <returns>Ends that when disposed.</returns>
    /// <exception cref="RouteException">The route has the wrong number of indices, or one out of range.</exception>
    public IDisposable Pin(Route route)
    {
        _source.Check(route);
        _pinned = route;
        return new Restoring(() =>
        {
            _pinned = null;
            UseMerged();
        });
    }

    /// <summary>Runs a part of a batch with its own route.</summary>
    internal Tensor Within(Route route, Func<Tensor> part)
    {
        using var outer = Switch(new PassRouting.Single(route));
        return part();
    }

    /// <summary>
    /// The routes of the current pass's rows. They are sampled when the first method requests them, because the batch size is unknown
    /// before.
    /// </summary>
    internal IReadOnlyList<Route> RowRoutes(long rows)
    {
        var routes = (Pass as PassRouting.Rows)?.Routes ?? SampleRows((int)rows);
        if (routes.Count != rows)
            throw new RouteException($"there are routes for {routes.Count} rows, and the batch has {rows}.");
        Pass = new PassRouting.Rows(routes);
        return routes;
    }

    private Route[] SampleRows(int rows)
    {
        Route[] routes = [.. Enumerable.Range(0, rows).Select(_ => _source.Sample())];
        foreach (var route in routes)
            _picks.Add(route);
        return routes;
    }

    /// <summary>A route in which only some slots are sampled; the others pick their first expert.</summary>
    internal Route SampleAt(IReadOnlyList<int> slots)
    {
        var picks = new int[Slots.Count];
        foreach (var slot in slots)
            picks[slot] = _source.Sample(slot);
        return new Route(picks);
    }

    /// <inheritdoc cref="BalanceLosses.Report"/>
    internal void Report(object place, Tensor balance) => _balance.Report(place, balance);

    /// <summary>Frees the tensors of the last pass.</summary>
    internal void Clear() => _balance.Clear();

    private void Set(PassRouting pass)
    {
        Pass = pass;
        Clear();
    }

    /// <summary>Uses the routing of an earlier pass until the result is disposed, and counts nothing twice.</summary>
    private Restoring Replay(PassRouting then)
    {
        var (isCounting, switched) = (_picks.IsCounting, Switch(then));
        _picks.IsCounting = false;
        return new Restoring(() =>
        {
            switched.Dispose();
            _picks.IsCounting = isCounting;
        });
    }

    /// <summary>Uses another routing until the result is disposed.</summary>
    private Restoring Switch(PassRouting other)
    {
        var now = Pass;
        Pass = other;
        return new Restoring(() => Pass = now);
    }
}
