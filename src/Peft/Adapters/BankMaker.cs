using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Creates the expert banks of an adapter, and assigns each its key and its slot in the routes.</summary>
internal sealed class BankMaker(AdapterSpec spec, Router? router, TrainableMaker maker)
{
    /// <summary>The place of trainables that all sites of an adapter share.</summary>
    private static readonly BankPlace s_shared = new("shared", Layer: null, Site: null, Path: "shared");

    private readonly Dictionary<string, ExpertBank> _shared = [];
    private readonly Dictionary<(string Method, Site? Site, string Name, string Shape), Parameter> _firsts = [];

    public Place For(MethodDescriptor method, SiteAddress address) => new(this, method, address);

    /// <summary>If several methods act, keys and routes include the method's name.</summary>
    private string Qualified(MethodDescriptor method, string name) => spec.Parts.Count == 1 ? name : $"{method.Name}.{name}";

    /// <summary>The weight of a learned router, [experts, In].</summary>
    private ExpertBank MakeRouter(MethodDescriptor method, string prefix, int experts, int inputs)
    {
        var spec = new TrainableSpec("router", [experts, inputs], Init.Normal, 0.02, "router") { Mixed = false };
        var key = $"{prefix}.{Qualified(method, $"{MixtureOptions.Name}.{spec.Name}")}";
        return new ExpertBank(key, spec, [maker.Make(spec)], picker: null) { IsRouting = true };
    }

    private ExpertBank Make(MethodDescriptor method, BankPlace place, TrainableSpec trainable)
    {
        var experts = trainable.Mixed && spec.Mixture is { } mixture ? mixture.ExpertsOf(trainable.Group) : 1;
        var parameters = Enumerable.Range(0, experts).Select(_ => Begin(method, place.Site, trainable)).ToArray();
        var slot = SlotAt(place, Qualified(method, trainable.Group), experts);
        var picker = router is null ? null : new ExpertPicker(router, router.SlotOf(slot));
        return new ExpertBank($"{place.KeyPrefix}.{Qualified(method, trainable.Name)}", trainable, parameters, picker);
    }

    /// <summary>The slot of a group at a place. With <see cref="RouteScope.Layer"/>, all sites of a layer have one slot.</summary>
    private RouteSlot SlotAt(BankPlace place, string group, int experts) =>
        spec.Mixture?.Route == RouteScope.Layer && place.Site is not null
            ? new RouteSlot(place.Layer, null, $"layer {place.Layer}", group, experts)
            : new RouteSlot(place.Layer, place.Site, place.Path, group, experts);

    /// <summary>Creates a parameter with its own initial values, or with those of the first one of its kind.</summary>
    private Parameter Begin(MethodDescriptor method, Site? site, TrainableSpec trainable)
    {
        var made = maker.Make(trainable);
        if (spec.Mixture?.Starts != ExpertStarts.Identical || trainable.From is not null)
            return made;
        var kind = (method.Name, site, trainable.Name, string.Join('x', trainable.Shape));
        using var frozen = no_grad();
        if (!_firsts.TryAdd(kind, made))
            made.copy_(_firsts[kind]);
        return made;
    }

    private ExpertBank Shared(MethodDescriptor method, TrainableSpec trainable, out bool isNew)
    {
        var key = Qualified(method, trainable.Name);
        isNew = !_shared.TryGetValue(key, out var bank);
        return bank ?? (_shared[key] = Make(method, s_shared, trainable));
    }

    /// <summary>Creates the banks of one method at one site.</summary>
    internal sealed class Place(BankMaker maker, MethodDescriptor method, SiteAddress address) : ITrainableFactory
    {
        private readonly List<ExpertBank> _made = [];
        private readonly List<ExpertBank> _used = [];

        public IReadOnlyList<ExpertBank> Made => _made;

        /// <summary>The slots of those trainables that the method uses here and that have several experts, including shared ones.</summary>
        public IReadOnlyList<int> Slots => [.. _used.Where(bank => bank.Experts.Count > 1).Select(bank => bank.Slot!.Value).Distinct()];

        /// <summary>Sites that are not separate modules share a path, so their keys include the site's name.</summary>
        private string KeyPrefix => address.Point.Module.Length > 0
            ? address.Path
            : $"{address.Path}.{JsonNamingPolicy.CamelCase.ConvertName(address.Site.ToString())}";

        public ITrainable Create(TrainableSpec spec)
        {
            if (spec.Scope == TrainableScope.Adapter)
            {
                var shared = maker.Shared(method, spec, out var isNew);
                if (isNew)
                    _made.Add(shared);
                _used.Add(shared);
                return shared;
            }

            var bank = maker.Make(method, new BankPlace(KeyPrefix, address.Layer, address.Site, address.Path), spec);
            _made.Add(bank);
            _used.Add(bank);
            return bank;
        }

        /// <summary>The weight [experts, In] of a learned router for this place.</summary>
        public ExpertBank CreateRouter()
        {
            var bank = maker.MakeRouter(method, KeyPrefix, _used.Max(used => used.Experts.Count), address.Point.Dimensions.In);
            _made.Add(bank);
            return bank;
        }
    }
}

/// <summary>The place of trainables in a backbone.</summary>
/// <param name="KeyPrefix">The start of their keys.</param>
/// <param name="Layer">The layer; null if all layers share them.</param>
/// <param name="Site">The site; null if all sites share them.</param>
/// <param name="Path">The module path.</param>
internal sealed record BankPlace(string KeyPrefix, int? Layer, Site? Site, string Path);
