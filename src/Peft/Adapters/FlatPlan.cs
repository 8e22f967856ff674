using static TorchSharp.torch;

namespace Peft;

/// <summary>The flat variant of an adapter with reparametrised methods: its specification and the values of its trainables.</summary>
internal sealed class FlatPlan
{
    private readonly IReadOnlyList<FlatVariant?> _variants;
    private readonly Dictionary<string, Tensor> _kept;

    private FlatPlan(AdapterSpec spec, IReadOnlyList<FlatVariant?> variants, Dictionary<string, Tensor> kept) =>
        (Spec, _variants, _kept) = (spec, variants, kept);

    public AdapterSpec Spec { get; }

    /// <summary>Computes the flat variant of each method. For a mixture, that of the equivalent plain method.</summary>
    public static FlatPlan Create(Adapter adapter)
    {
        var variants = adapter.Attached.Select(attached => attached.Method.FlatVariant()).ToList();
        var places = adapter.Attached.Zip(variants).ToList();
        MethodPart Part(MethodPart part) =>
            places.Find(place => place.First.Part == part && place.Second is not null).Second is { } variant ? With(part, variant) : part;
        return new FlatPlan(adapter.Spec with {
            Mixture = null, Parts = [.. adapter.Spec.Parts.Select(Part)] }, variants, adapter.MergedTensors());
    }

    /// <summary>Writes the values into a new adapter of <see cref="Spec"/>, which has the same places as the old one.</summary>
    public void Fill(Adapter flat)
    {
        foreach (var (attached, variant) in flat.Attached.Zip(_variants))
        {
            foreach (var bank in attached.Banks)
                bank.Experts[0].copy_(variant?.Trainables.GetValueOrDefault(bank.Spec.Name) ?? _kept[bank.Key]);
        }
    }

    /// <summary>The variant's options apply at every place, even if some modules had different ones.</summary>
    private static MethodPart With(MethodPart part, FlatVariant variant)
    {
        bool Differs(string option) => variant.Options.Keys.Contains(option, StringComparer.OrdinalIgnoreCase);
        var kept = part.Options.All.Where(pair => !Differs(pair.Key));
        return part with
        {
            Options = part.Method.Complete(kept.Concat(variant.Options).ToDictionary(pair => pair.Key, pair => pair.Value)),
            Overrides = [.. part.Overrides.Where(change => !Differs(change.Option))],
        };
    }
}

/// <summary>An adapter has no flat variant.</summary>
/// <param name="name">The adapter's name.</param>
/// <param name="method">Its method.</param>
public sealed class EjectionException(string name, string method)
    : InvalidOperationException($"'{name}' ({method}) cannot be ejected: no method of it is reparametrised (as prefix is while "
        + "prefix.middle is above 0). Use it as it is.");
