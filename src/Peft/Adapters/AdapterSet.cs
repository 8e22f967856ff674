using static TorchSharp.torch;

namespace Peft;

/// <summary>The named adapters of a model, and which of them act, in what order.</summary>
/// <remarks>
/// Only acting adapters are attached to the backbone's injection points: one that is not active costs memory and no time. A name is for the
/// caller alone; it enters neither keys nor files nor outputs. Each adapter has its own values for the head, which are live while it is the
/// last of the active ones. Whatever is refused leaves the set as it was.
/// </remarks>
public sealed class AdapterSet
{
    private readonly PeftModel _model;
    private readonly OrderedDictionary<string, Adapter> _byName = new(StringComparer.Ordinal);
    private Adapter[] _attached = [];

    internal AdapterSet(PeftModel model)
    {
        _model = model;
        Heads = new HeadValues(model);
    }

    /// <summary>All names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _byName.Keys];

    /// <summary>The names of the active adapters, in the order in which they act.</summary>
    public IReadOnlyList<string> Active { get; private set; } = [];

    /// <summary>An adapter by name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UnknownNameException">There is none.</exception>
    public Adapter this[string name] =>
        _byName.TryGetValue(name, out var adapter) ? adapter : throw new UnknownNameException("adapter", name, Names);

    internal IReadOnlyList<Adapter> ActiveAdapters => [.. Active.Select(name => _byName[name])];

    /// <summary>The active adapters that take part in a forward pass: none while disabled or merged.</summary>
    internal IReadOnlyList<Adapter> Acting => _attached;

    internal HeadValues Heads { get; }

    /// <summary>Whether there is an adapter of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether there is one, active or not.</returns>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Makes an adapter. It does not act before <see cref="Activate"/>; its head starts as the backbone's own.</summary>
    /// <param name="name">Any name that is not taken.</param>
    /// <param name="spec">The methods, their options, places and mixture.</param>
    /// <param name="seed">Seeds first values and routes.</param>
    /// <returns>The adapter.</returns>
    /// <exception cref="DuplicateAdapterException">The name is taken.</exception>
    /// <exception cref="AdapterConflictException">A baseline that trains the backbone itself is not alone.</exception>
    /// <exception cref="SiteSelectionException">A choice of sites, modules or layers matches nothing, or a method cannot act
    /// there.</exception>
    /// <exception cref="RoutingException">The mixture's routing does not go with a method.</exception>
    /// <exception cref="MergeException">An adapter is merged: the weights are not the backbone's own.</exception>
    public Adapter Add(string name, AdapterSpec spec, ulong seed) => AddNew(name, spec, seed, blank: false);

    /// <summary>Makes an adapter whose values are about to be replaced, all of them, where it is blank.</summary>
    internal Adapter AddNew(string name, AdapterSpec spec, ulong seed, bool blank)
    {
        CheckFree(name);
        _model.CheckNotMerged($"add '{name}'");
        var plan = AdapterPlan.Of(_model.Sites, spec);
        if (_byName.Count > 0 && (plan.Unfreezing is not null || _byName.Values.Any(other => other.Unfreezing is not null)))
            throw new AdapterConflictException(name, spec.Expression, Names);
        RoutingCheck.Of(spec, plan);
        var adapter = Make(spec, plan, seed, blank);
        _byName.Add(name, adapter);
        if (plan.Unfreezing is null)
            Heads.Add(adapter);
        return adapter;
    }

    /// <summary>Makes adapters act, in this order where they meet, and all others rest; without names, none acts.</summary>
    /// <param name="names">The names; that of the last has its head live.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="DuplicateAdapterException">A name is given twice.</exception>
    /// <exception cref="MergeException">An adapter is merged.</exception>
    public void Activate(params IReadOnlyList<string> names)
    {
        foreach (var name in names)
            _ = this[name];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new DuplicateAdapterException(twice.Key, "is to act twice; name each adapter once");
        _model.CheckNotMerged("switch adapters");
        Active = [.. names];
        Refresh();
    }

    /// <summary>
    /// Activates adapters until the result is disposed of, also by an exception; then those that were active before act again.
    /// </summary>
    /// <param name="names">As for <see cref="Activate"/>.</param>
    /// <returns>Ends the use.</returns>
    public IDisposable Using(params IReadOnlyList<string> names)
    {
        var before = Active;
        Activate(names);
        return new Restoring(() => Activate([.. before.Where(Contains)]));
    }

    /// <summary>Frees an adapter, active or not: no parameter, attachment, head or key of it is left.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UnknownNameException">There is none.</exception>
    /// <exception cref="MergeException">It is merged into the backbone.</exception>
    public void Remove(string name)
    {
        var adapter = this[name];
        if (Active.Contains(name))
        {
            _model.CheckNotMerged($"remove '{name}'");
            Active = [.. Active.Where(other => other != name)];
            Refresh();
        }

        _byName.Remove(name);
        Heads.Remove(adapter);
        adapter.Dispose();
    }

    /// <summary>Gives an adapter another name; nothing else changes.</summary>
    /// <param name="name">The name it has.</param>
    /// <param name="newName">A name that is not taken.</param>
    /// <exception cref="UnknownNameException">There is no adapter of the first name.</exception>
    /// <exception cref="DuplicateAdapterException">The second name is taken.</exception>
    public void Rename(string name, string newName)
    {
        var adapter = this[name];
        CheckFree(newName);
        var index = _byName.IndexOf(name);
        _byName.RemoveAt(index);
        _byName.Insert(index, newName, adapter);
        Active = [.. Active.Select(active => active == name ? newName : active)];
    }

    /// <summary>
    /// Makes a new adapter, not active, out of others: the methods of the first, new values (see <see cref="Combination"/>).
    /// </summary>
    /// <param name="name">Any name that is not taken.</param>
    /// <param name="parts">Names and weights; a negative weight takes an adapter's effect away.</param>
    /// <param name="how">How the values come about.</param>
    /// <returns>The new adapter. Its head is the backbone's own plus the weighted sum of the parts' differences from it.</returns>
    /// <exception cref="DuplicateAdapterException">The name is taken.</exception>
    /// <exception cref="UnknownNameException">A part is not known.</exception>
    /// <exception cref="CombinationException">The parts do not go together in that way; the message says why.</exception>
    /// <exception cref="MergeException">An adapter is merged.</exception>
    public Adapter Combine(string name, IReadOnlyList<(string Name, double Weight)> parts, Combination how)
    {
        CheckFree(name);
        _model.CheckNotMerged($"combine adapters into '{name}'");
        var sources = parts.Select(part => new WeightedAdapter(part.Name, this[part.Name], part.Weight)).ToList();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var plan = CombinationPlan.Of(sources, how);
        var adapter = Add(name, plan.Spec, seed: 0);
        plan.Fill(adapter);
        Heads.Combine(adapter, sources);
        return adapter;
    }

    /// <summary>
    /// Replaces an adapter by its flat variant, which gives the same outputs from fewer parameters: a prefix's reparametrising network
    /// goes, the keys and values that it makes stay. A mixture becomes the plain method that it is at inference. Name, place in the order
    /// and head stay; the old parameters are freed, so optimisers that hold them are of no further use.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <returns>The flat adapter.</returns>
    /// <exception cref="UnknownNameException">There is none.</exception>
    /// <exception cref="EjectionException">No method of it is reparametrised.</exception>
    /// <exception cref="MergeException">An adapter is merged.</exception>
    public Adapter Eject(string name)
    {
        var adapter = this[name];
        _model.CheckNotMerged($"eject '{name}'");
        if (!adapter.IsEjectable)
            throw new EjectionException(name, adapter.Spec.Expression);
        var flat = Flattened(adapter);
        _byName[name] = flat;
        Heads.Move(adapter, flat);
        Refresh();
        adapter.Dispose();
        return flat;
    }

    /// <summary>A new adapter, attached nowhere and in no set: the flat variant of another.</summary>
    internal Adapter Flattened(Adapter adapter)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        adapter.Router?.Use(null);
        var plan = FlatPlan.Of(adapter);
        var flat = Make(plan.Spec, AdapterPlan.Of(_model.Sites, plan.Spec), seed: 0, blank: true);
        plan.Fill(flat);
        return flat;
    }

    private Adapter Make(AdapterSpec spec, AdapterPlan plan, ulong seed, bool blank)
    {
        var first = _model.Backbone.parameters().First();
        var dtype = first.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        using var maker = new TrainableMaker(seed, first.device, dtype, blank);
        return new Adapter(spec, plan, maker, seed);
    }

    /// <summary>Removes every adapter; a merged one stays in the backbone's weights.</summary>
    internal void Clear()
    {
        Active = [];
        Refresh();
        foreach (var adapter in _byName.Values)
        {
            Heads.Remove(adapter);
            adapter.Dispose();
        }

        _byName.Clear();
    }

    /// <summary>Makes the injection points, the head and the freezing what the active names, enabling and merging ask for.</summary>
    internal void Refresh()
    {
        var wanted = _model.IsEnabled && !_model.IsMerged ? ActiveAdapters : [];
        foreach (var adapter in _attached)
            adapter.DetachFromPoints();
        foreach (var adapter in wanted)
            adapter.AttachToPoints();
        _attached = [.. wanted];
        Heads.Switch(_model.IsEnabled ? ActiveAdapters.LastOrDefault() : null);
        _model.Freeze(ActiveAdapters.FirstOrDefault(adapter => adapter.Unfreezing is not null)?.Unfreezing);
    }

    private void CheckFree(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (Contains(name))
            throw new DuplicateAdapterException(name, "is taken; remove that adapter or choose another name");
    }
}

/// <summary>A name is given to two adapters, or named twice.</summary>
/// <param name="name">The name.</param>
/// <param name="problem">What is wrong and what to do.</param>
public sealed class DuplicateAdapterException(string name, string problem)
    : InvalidOperationException($"the adapter name '{name}' {problem}.");

/// <summary>A baseline that trains the backbone itself cannot stand beside another adapter.</summary>
/// <param name="name">The new adapter's name.</param>
/// <param name="method">Its method.</param>
/// <param name="others">The adapters there are.</param>
public sealed class AdapterConflictException(string name, string method, IReadOnlyList<string> others)
    : InvalidOperationException(
        $"'{name}' ({method}) cannot be added beside {string.Join(", ", others)}: one of them trains the backbone itself, so that there "
            + "would be no frozen backbone. "
        + "Remove the others first.");
