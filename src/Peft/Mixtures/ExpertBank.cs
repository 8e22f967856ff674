using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>What backs a trainable: one parameter when plain, M experts when mixed, one where its group is shared.</summary>
internal sealed class ExpertBank(string key, TrainableSpec spec, Parameter[] experts, Router? router, int slot) : ITrainable
{
    public TrainableSpec Spec => spec;

    /// <summary>Its place in the routes; -1 when plain.</summary>
    public int Slot => slot;

    /// <summary>Whether it picks experts rather than being one: no part of the plain method.</summary>
    public bool IsRouting { get; init; }

    /// <summary>The key of the plain tensor: module path and trainable.</summary>
    public string Key => key;

    public IReadOnlyList<Parameter> Experts => experts;

    public IEnumerable<(string Key, Parameter Parameter)> NamedExperts =>
        experts.Length == 1
            ? [(Key, experts[0])]
            : experts.Select((expert, index) => (string.Create(CultureInfo.InvariantCulture, $"{Key}.{index}"), expert));

    /// <summary>The expert that the current route picks, or the live average when the route is "merged".</summary>
    public Tensor Value
    {
        get
        {
            if (experts.Length == 1)
                return Read(experts[0]);
            return router!.Ask().Current is { } route ? Read(experts[route[slot]]) : Merged();
        }
    }

    /// <summary>
    /// The average of the live experts, by equal weights (AdaMix, equation 6) or the router's, computed anew at every call so that it is
    /// never stale.
    /// </summary>
    public Tensor Merged()
    {
        if (experts.Length == 1)
            return Read(experts[0]);
        var all = experts.Select(Read).ToList();
        return router!.Weights is { } weights ? weights.Average(this, all) : stack(all).mean([0]);
    }

    private static Tensor Read(Parameter expert) => LayerRun.Current?.Read(expert) ?? expert;
}
