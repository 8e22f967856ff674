using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The parameters of a trainable: one if plain, M experts if mixed, one if its group is shared.</summary>
/// <param name="key">The key of the plain tensor: module path and trainable.</param>
/// <param name="spec">The trainable.</param>
/// <param name="experts">A parameter for each expert.</param>
/// <param name="picker">Picks among several experts; null for an adapter without a mixture.</param>
internal sealed class ExpertBank(string key, TrainableSpec spec, Parameter[] experts, ExpertPicker? picker) : ITrainable
{
    public TrainableSpec Spec => spec;

    /// <summary>Its slot in the routes; null without a mixture.</summary>
    public int? Slot => picker?.Slot;

    /// <summary>Whether it belongs to a router rather than to an expert, and so not to the plain method.</summary>
    public bool IsRouting { get; init; }

    /// <summary>The key of the plain tensor: module path and trainable.</summary>
    public string Key => key;

    public IReadOnlyList<Parameter> Experts => experts;

    public IEnumerable<(string Key, Parameter Parameter)> NamedExperts =>
        experts.Length == 1
            ? [(Key, experts[0])]
            : experts.Select((expert, index) => (string.Create(CultureInfo.InvariantCulture, $"{Key}.{index}"), expert));

    /// <summary>The expert that the current route picks, or the live average if the route is "merged".</summary>
    public Tensor Value
    {
        get
        {
            if (experts.Length == 1)
                return Read(experts[0]);
            return picker!.Router.Ask().Pass is PassRouting.Single(var route) ? Read(experts[route[picker.Slot]]) : Merged();
        }
    }

    /// <summary>
    /// The average of the live experts, with equal weights (AdaMix, equation 6) or the router's. It is recomputed at every call, so it is
    /// never stale.
    /// </summary>
    public Tensor Merged()
    {
        if (experts.Length == 1)
            return Read(experts[0]);
        var all = experts.Select(Read).ToList();
        return picker!.Router.Weights is { } weights ? weights.Average(this, all) : stack(all).mean([0]);
    }

    private static Tensor Read(Parameter expert) => LayerRun.Current?.Read(expert) ?? expert;
}

/// <summary>Picks the expert of a bank by the current pass's route.</summary>
/// <param name="Router">The mixture's router.</param>
/// <param name="Slot">The bank's slot in its routes.</param>
internal sealed record ExpertPicker(Router Router, int Slot);
