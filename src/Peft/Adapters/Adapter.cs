using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A specification's methods, attached to all of their sites, with their trainable tensors.</summary>
public sealed class Adapter : IDisposable
{
    private readonly List<AttachedMethod> _attached = [];

    internal Adapter(AdapterSpec spec, AdapterPlan plan, TrainableMaker maker, ulong seed)
    {
        Spec = spec;
        Unfreezing = plan.Unfreezing;
        Router = spec.Mixture is null ? null : new Router(spec.Mixture, seed);
        var banks = new BankMaker(spec, Router, maker);
        var slots = new List<int>();
        foreach (var (part, address) in plan.Places)
        {
            var method = part.Method.Create(part.OptionsAt(address.Path));
            var factory = banks.For(part.Method, address);
            method.Bind(address.Point, factory, address.Path);
            if (Router is not null && factory.Slots.Count > 0)
                method.Dispatch = Router.DispatchOf(factory);
            slots.AddRange(factory.Slots);
            _attached.Add(new AttachedMethod(part, address, method, factory.Made));
        }

        if (Router is not null)
            Router.Finest = RoutingCheck.FinestUnit(spec.Mixture!.Routing, _attached, isShared: slots.Count > slots.Distinct().Count());
    }

    /// <summary>The methods with their options, sites and mixture.</summary>
    public AdapterSpec Spec { get; }

    /// <summary>Samples and holds the routes of a mixture; null for a plain adapter.</summary>
    public Router? Router { get; }

    /// <summary>The names of the outputs of the adapter's head, where its folder has them.</summary>
    public IReadOnlyList<string>? Labels { get; internal set; }

    /// <summary>
    /// Every trainable tensor with its key: module path, method, trainable and, if there are several experts, the expert's number.
    /// </summary>
    public IEnumerable<(string Key, Parameter Parameter)> NamedParameters => from bank in Banks from pair in bank.NamedExperts select pair;

    /// <summary>The number of trained elements, in all experts.</summary>
    public long TrainedCount => NamedParameters.Sum(pair => pair.Parameter.numel());

    /// <summary>
    /// The number of elements after merging a mixture. <see cref="PeftModel.InferenceCount"/> also leaves out a reparametrising network.
    /// </summary>
    public long MergedCount => Banks.Where(bank => !bank.IsRouting).Sum(bank => bank.Spec.Count);

    /// <summary>
    /// Whether the adapter can be merged into the backbone's weights with its current options; see <see cref="PeftModel.Merge"/>.
    /// </summary>
    public bool IsMergeable
    {
        get
        {
            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            return Spec.IsMergeable
                && _attached.TrueForAll(attached => attached.Method is not ProjectionMethod method || method.WeightDelta() is not null);
        }
    }

    /// <summary>
    /// Whether one of its methods is reparametrised, so that a flat variant gives the same outputs with fewer parameters; see
    /// <see cref="AdapterSet.Eject"/>.
    /// </summary>
    public bool IsEjectable
    {
        get
        {
            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            return _attached.Exists(attached => attached.Method.FlatVariant() is not null);
        }
    }

    internal IReadOnlyList<AttachedMethod> Attached => _attached;

    internal IEnumerable<ExpertBank> Banks => _attached.SelectMany(attached => attached.Banks);

    /// <summary>
    /// The baseline that trains the backbone's own parameters; null for any other method. A baseline has no tensors of its own.
    /// </summary>
    internal UnfreezingMethod? Unfreezing { get; }

    /// <summary>
    /// The tensors of the equivalent plain method: for a mixture, averages of the live experts; for a plain adapter, copies.
    /// </summary>
    /// <returns>New tensors by the plain method's keys; the caller disposes of them.</returns>
    public Dictionary<string, Tensor> MergedTensors()
    {
        using var frozen = no_grad();
        return Banks.Where(bank => !bank.IsRouting).ToDictionary(bank => bank.Key, bank => bank.Merged().detach().clone());
    }

    internal void AttachToPoints() => _attached.ForEach(attached => attached.Address.Point.Attach(attached.Method));

    internal void DetachFromPoints() => _attached.ForEach(attached => attached.Address.Point.Detach(attached.Method));

    /// <summary>Frees the trainable tensors. The adapter must be detached first.</summary>
    public void Dispose()
    {
        Router?.Clear();
        foreach (var (_, parameter) in NamedParameters)
            parameter.Dispose();
    }
}
