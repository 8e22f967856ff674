using Peft.Data;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The named adapters of a model, which of them are active, and in what order they act.</summary>
/// <remarks>
/// Only active adapters are attached to the backbone's injection points; an inactive one costs memory but no time. Names are not part of
/// keys, files or outputs. Each adapter has its own head values, which are used while it is the last of the active adapters. An operation
/// that fails leaves the set unchanged.
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

    /// <summary>All names, in the order of addition.</summary>
    public IReadOnlyList<string> Names => [.. _byName.Keys];

    /// <summary>The names of the active adapters, in the order in which they act.</summary>
    public IReadOnlyList<string> Active { get; private set; } = [];

    /// <summary>Finds an adapter by name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    public Adapter this[string name] =>
        _byName.TryGetValue(name, out var adapter) ? adapter : throw new UnknownNameException("adapter", name, Names);

    internal IReadOnlyList<Adapter> ActiveAdapters => [.. Active.Select(name => _byName[name])];

    /// <summary>The active adapters that take part in a forward pass; none while disabled or merged.</summary>
    internal IReadOnlyList<Adapter> Acting => _attached;

    internal HeadValues Heads { get; }

    /// <summary>Whether an adapter has a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether such an adapter exists, active or not.</returns>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Creates an adapter. It has no effect until <see cref="Activate"/>. Its head starts with the backbone's values.</summary>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="spec">The methods with their options, sites and mixture.</param>
    /// <param name="seed">The seed for initial values and routes.</param>
    /// <returns>The adapter.</returns>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    /// <exception cref="AdapterConflictException">A baseline that trains the backbone itself cannot be combined with other
    /// adapters.</exception>
    /// <exception cref="SiteSelectionException">A choice of sites, modules or layers matches nothing, or a method cannot act
    /// there.</exception>
    /// <exception cref="RoutingException">The mixture's routing does not work with a method.</exception>
    /// <exception cref="MergeException">An adapter is merged, so the weights are not the backbone's own.</exception>
    public Adapter Add(string name, AdapterSpec spec, ulong seed) => AddNew(name, spec, seed, blank: false);

    /// <summary>
    /// Creates an adapter whose values are read from a file next. A specification that asks for far more than the file has is refused
    /// before memory is allocated.
    /// </summary>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="spec">The methods with their options, sites and mixture, as the file's configuration says.</param>
    /// <param name="file">The file's tensors.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="AdapterFolderException">The specification asks for several times the elements or tensors that the file
    /// has.</exception>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    /// <exception cref="SiteSelectionException">A choice of sites, modules or layers matches nothing, or a method cannot act
    /// there.</exception>
    public Adapter AddFor(string name, AdapterSpec spec, ITensorArchive file) =>
        AddNew(name, spec, seed: 0, blank: false, TrainableLimit.FromFile(file.Path, "its configuration", file));

    /// <summary>Creates an adapter. If <c>blank</c>, its values are left uninitialised, because all of them are replaced next.</summary>
    internal Adapter AddNew(string name, AdapterSpec spec, ulong seed, bool blank, TrainableLimit? limit = null)
    {
        CheckFree(name);
        _model.CheckNotMerged($"add '{name}'");
        var plan = AdapterPlan.Create(_model.Sites, spec);
        if (_byName.Count > 0 && (plan.Unfreezing is not null || _byName.Values.Any(other => other.Unfreezing is not null)))
            throw new AdapterConflictException(name, spec.Expression, Names);
        RoutingCheck.Check(spec, plan);
        var adapter = Make(spec, plan, seed, blank, limit);
        _byName.Add(name, adapter);
        if (plan.Unfreezing is null)
            Heads.Add(adapter);
        return adapter;
    }

    /// <summary>Activates the named adapters in this order and deactivates all others. Without names, deactivates all.</summary>
    /// <param name="names">The names; the last adapter's head is used.</param>
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
    /// Activates adapters until the result is disposed, also after an exception. Then the previously active adapters are restored.
    /// </summary>
    /// <param name="names">As for <see cref="Activate"/>.</param>
    /// <returns>Restores the previous adapters when disposed.</returns>
    public IDisposable Using(params IReadOnlyList<string> names)
    {
        var before = Active;
        Activate(names);
        return new Restoring(() => Activate([.. before.Where(Contains)]));
    }

    /// <summary>Removes and frees an adapter, active or not, with its parameters, attachments, head and keys.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
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

    /// <summary>Renames an adapter, without other changes.</summary>
    /// <param name="name">The current name.</param>
    /// <param name="newName">A name that is not in use.</param>
    /// <exception cref="UnknownNameException">There is no adapter of the first name.</exception>
    /// <exception cref="DuplicateAdapterException">The second name is already in use.</exception>
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
    /// Creates a new, inactive adapter from others. It has the methods of the first adapter and combined values (see
    /// <see cref="Combination"/>).
    /// </summary>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="parts">Names and weights; a negative weight subtracts an adapter's effect.</param>
    /// <param name="how">How the values are combined.</param>
    /// <returns>The new adapter. Its head is the backbone's own plus the weighted sum of the parts' differences from it.</returns>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    /// <exception cref="UnknownNameException">A part is not known.</exception>
    /// <exception cref="CombinationException">The parts cannot be combined in that way; the message gives the reason.</exception>
    /// <exception cref="MergeException">An adapter is merged.</exception>
    public Adapter Combine(string name, IReadOnlyList<(string Name, double Weight)> parts, Combination how)
    {
        CheckFree(name);
        _model.CheckNotMerged($"combine adapters into '{name}'");
        var sources = parts.Select(part => new WeightedAdapter(part.Name, this[part.Name], part.Weight)).ToList();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var plan = CombinationPlan.Create(sources, how);
        var adapter = Add(name, plan.Spec, seed: 0);
        plan.Fill(adapter);
        Heads.Combine(adapter, sources);
        return adapter;
    }

    /// <summary>
    /// Replaces an adapter by its flat variant, which gives the same outputs with fewer parameters: a prefix's reparametrising network is
    /// replaced by the keys and values that it computes. A mixture becomes the equivalent plain method. Name, order and head do not change.
    /// The old parameters are freed, so create new optimisers.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <returns>The flat adapter.</returns>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="EjectionException">None of its methods is reparametrised.</exception>
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

    /// <summary>Creates the flat variant of an adapter, attached nowhere and in no set.</summary>
    internal Adapter Flattened(Adapter adapter)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        adapter.Router?.UseMerged();
        var plan = FlatPlan.Create(adapter);
        var flat = Make(plan.Spec, AdapterPlan.Create(_model.Sites, plan.Spec), seed: 0, blank: true);
        plan.Fill(flat);
        flat.Labels = adapter.Labels;
        return flat;
    }

    private Adapter Make(AdapterSpec spec, AdapterPlan plan, ulong seed, bool blank, TrainableLimit? limit = null)
    {
        var first = _model.Backbone.parameters().First();
        var dtype = first.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        limit ??= TrainableLimit.FromMemory(spec.Expression, dtype == ScalarType.Float64 ? sizeof(double) : sizeof(float));
        using var maker = new TrainableMaker(seed, first.device, dtype, limit, blank);
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

    /// <summary>
    /// Updates the injection points, the head and the frozen parameters after a change of active names, enabling or merging.
    /// </summary>
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

/// <summary>A name is already in use, or is given twice.</summary>
/// <param name="name">The name.</param>
/// <param name="problem">The problem and how to fix it.</param>
public sealed class DuplicateAdapterException(string name, string problem)
    : InvalidOperationException($"the adapter name '{name}' {problem}.");

/// <summary>A baseline that trains the backbone itself cannot be combined with another adapter.</summary>
/// <param name="name">The new adapter's name.</param>
/// <param name="method">Its method.</param>
/// <param name="others">The existing adapters.</param>
public sealed class AdapterConflictException(string name, string method, IReadOnlyList<string> others)
    : InvalidOperationException(
        $"'{name}' ({method}) cannot be added beside {string.Join(", ", others)}: one of them trains the backbone itself, so that there "
            + "would be no frozen backbone. Remove the others first.");
