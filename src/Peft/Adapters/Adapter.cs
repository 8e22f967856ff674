using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A method attached to all of its sites, with its trainable tensors.</summary>
public sealed class Adapter : IDisposable
{
    private readonly List<AttachedMethod> _attached = [];

    internal Adapter(AdapterSpec spec, IEnumerable<SiteAddress> sites, TrainableMaker maker, ulong seed)
    {
        Spec = spec;
        Router = spec.Mixture is null ? null : new Router(spec.Mixture, seed);
        foreach (var address in sites)
        {
            var method = spec.Method.Create(spec.Options);
            method.IsTokenwise = spec.Method.Tokenwise;
            var factory = new BankFactory(address, spec.Mixture, Router, maker);
            method.Bind(address.Point.Dimensions, factory);
            _attached.Add(new AttachedMethod(address, method, factory.Banks));
        }
    }

    /// <summary>Method, options, sites, mixture.</summary>
    public AdapterSpec Spec { get; }

    /// <summary>Draws and holds the routes of a mixture; null when plain.</summary>
    public Router? Router { get; }

    /// <summary>Every trainable tensor with its key: module path, method, trainable and, where there are several, the expert's number.</summary>
    public IEnumerable<(string Key, Parameter Parameter)> NamedParameters => from bank in Banks from pair in bank.NamedExperts select pair;

    /// <summary>Elements trained: every expert.</summary>
    public long TrainedCount => NamedParameters.Sum(pair => pair.Parameter.numel());

    /// <summary>Elements used at inference, after merging: what the AdaMix paper's tables count as "#Param".</summary>
    public long MergedCount => Banks.Sum(bank => bank.Spec.Count);

    internal IReadOnlyList<AttachedMethod> Attached => _attached;

    internal IEnumerable<ExpertBank> Banks => _attached.SelectMany(attached => attached.Banks);

    internal bool IsEnabled
    {
        set => _attached.ForEach(attached => attached.Method.IsEnabled = value);
    }

    /// <summary>The tensors of the plain method that a mixture is at inference: uniform averages of the live experts; copies when plain.</summary>
    /// <returns>New tensors by the plain method's keys; the caller disposes of them.</returns>
    public Dictionary<string, Tensor> MergedTensors()
    {
        using var frozen = no_grad();
        return Banks.ToDictionary(bank => bank.Key, bank => bank.Merged().detach().clone());
    }

    internal void AttachToPoints() => _attached.ForEach(attached => attached.Address.Point.Attach(attached.Method));

    internal void DetachFromPoints() => _attached.ForEach(attached => attached.Address.Point.Detach(attached.Method));

    /// <summary>Frees the trainable tensors. The adapter must have been detached before.</summary>
    public void Dispose()
    {
        foreach (var (_, parameter) in NamedParameters)
            parameter.Dispose();
    }

    /// <summary>Makes one site's banks and remembers them.</summary>
    private sealed class BankFactory(SiteAddress address, MixtureOptions? mixture, Router? router, TrainableMaker maker) : ITrainableFactory
    {
        public List<ExpertBank> Banks { get; } = [];

        /// <summary>Several stream sites share one module, so their keys name the site as well.</summary>
        private string KeyPrefix => address.Point.Module.Length > 0
            ? address.Path
            : $"{address.Path}.{JsonNamingPolicy.CamelCase.ConvertName(address.Site.ToString())}";

        public ITrainable Create(TrainableSpec spec)
        {
            var experts = mixture?.ExpertsOf(spec.Group) ?? 1;
            var slot = router?.SlotOf(address, spec.Group, experts) ?? -1;
            var bank = new ExpertBank(KeyPrefix, spec, [.. Enumerable.Range(0, experts).Select(_ => maker.Make(spec))], router, slot);
            Banks.Add(bank);
            return bank;
        }
    }
}
