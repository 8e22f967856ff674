using System.Text.Json;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A checked combination: the new adapter's specification and values. It is computed before anything is changed.</summary>
internal sealed class CombinationPlan
{
    /// <summary>The delta at every place of the new adapter; null if trainables are summed.</summary>
    private readonly List<PlaceFactors>? _factors;
    private readonly IReadOnlyList<WeightedAdapter> _parts;

    private CombinationPlan(AdapterSpec spec, IReadOnlyList<WeightedAdapter> parts, List<PlaceFactors>? factors) =>
        (Spec, _parts, _factors) = (spec, parts, factors);

    public AdapterSpec Spec { get; }

    public static CombinationPlan Create(IReadOnlyList<WeightedAdapter> parts, Combination how)
    {
        CheckParts(parts, how);
        var plain = parts[0].Adapter.Spec with { Mixture = null };
        var places = Enumerable.Range(0, parts[0].Adapter.Attached.Count).ToList();
        var factorised = places.TrueForAll(place => FactorsOf(parts[0].Adapter.Attached[place]) is not null);
        if (!factorised)
        {
            if (how is not Combination.Linear)
                throw new CombinationException(
                    $"{plain.Expression} of '{parts[0].Name}' has no delta that is a product of two trainables, which "
                        + $"{how.GetType().Name} needs; use Linear.");
            CheckShapes(parts);
            return new CombinationPlan(plain, parts, null);
        }

        var sources = places.Select(place => parts.Select(part => Source(part, place)).ToList()).ToList();
        var made = DeltaCombiner.Combine(sources, how);
        var rank = made.Max(place => place.Left.shape[1]);
        return new CombinationPlan(WithRank(plain, parts[0].Adapter, (int)rank), parts, made);
    }

    /// <summary>Writes the values into the new adapter.</summary>
    public void Fill(Adapter adapter)
    {
        if (_factors is null)
        {
            foreach (var (bank, index) in adapter.Banks.Select((bank, index) => (bank, index)).ToList())
                bank.Experts[0].copy_(Summed(bank.Spec, [.. _parts.Select(part => Plain(part).ElementAt(index))]));
            return;
        }

        foreach (var (attached, (left, right)) in adapter.Attached.Zip(_factors))
        {
            var factors = FactorsOf(attached)!;
            Put(Bank(attached, factors.Left), left / factors.Scale, dim: 1);
            Put(Bank(attached, factors.Right), right, dim: 0);
        }
    }

    /// <summary>v0 + sum over i of w_i (v_i - v0).</summary>
    private Tensor Summed(TrainableSpec spec, IReadOnlyList<ExpertBank> banks)
    {
        var start = spec.Init == Init.Ones ? 1 : 0;
        var sum = banks[0].Merged().zeros_like() + start;
        foreach (var (bank, part) in banks.Zip(_parts))
            sum = sum + part.Weight * (bank.Merged() - start);
        return sum;
    }

    /// <summary>If the new adapter's rank is larger than this place's, the remaining entries of both factors stay zero.</summary>
    private static void Put(ExpertBank bank, Tensor value, int dim)
    {
        var target = bank.Experts[0];
        target.zero_();
        target.narrow(dim, 0, value.shape[dim]).copy_(value);
    }

    private static WeightedFactors Source(WeightedAdapter part, int place)
    {
        var attached = part.Adapter.Attached[place];
        var factors = FactorsOf(attached)
            ?? throw new CombinationException(
                $"'{part.Name}' has options with which its delta is no product of two trainables; the other adapters' are.");
        Tensor Value(string name) => Bank(attached, name).Merged().detach().to(ScalarType.Float64);
        return new WeightedFactors(part.Name, part.Weight, factors.Scale * Value(factors.Left), Value(factors.Right));
    }

    private static LowRankFactors? FactorsOf(AttachedMethod attached) =>
        attached.Method is ProjectionMethod method ? method.LowRankFactors() : null;

    private static IEnumerable<ExpertBank> Plain(WeightedAdapter part) => part.Adapter.Banks.Where(bank => !bank.IsRouting);

    private static ExpertBank Bank(AttachedMethod attached, string trainable) => attached.Banks.First(bank => bank.Spec.Name == trainable);

    /// <summary>Sets one rank everywhere, instead of different ranks for some modules.</summary>
    private static AdapterSpec WithRank(AdapterSpec spec, Adapter like, int rank)
    {
        MethodPart Part(MethodPart part)
        {
            var attached = like.Attached.FirstOrDefault(attached => attached.Part == part);
            if (attached is null)
                return part;
            var option = JsonNamingPolicy.CamelCase.ConvertName(FactorsOf(attached)!.Rank);
            var values = part.Options.All.ToDictionary(pair => pair.Key, pair => pair.Key == option ? rank : pair.Value);
            return part with
            {
                Options = part.Method.Complete(values),
                Overrides = [.. part.Overrides.Where(change => change.Option != option)],
            };
        }

        return spec with { Parts = [.. spec.Parts.Select(Part)] };
    }

    private static void CheckParts(IReadOnlyList<WeightedAdapter> parts, Combination how)
    {
        if (parts.Count == 0)
            throw new CombinationException("No adapter was named; name at least one with its weight.");
        if (parts.FirstOrDefault(part => !double.IsFinite(part.Weight)) is { } odd)
            throw new CombinationException($"The weight of '{odd.Name}' is {odd.Weight}; expected a finite number.");
        if (how is Combination.Ties { Density: var kept } && kept is not (> 0 and <= 1) || how is Combination.Dare { Density: var share }
            && share is not (> 0 and <= 1))
            throw new CombinationException("The density is the share of entries that is kept: expected a number above 0 and at most 1.");
        if (how is Combination.Svd { Rank: < 0 } or Combination.Ties { Rank: < 0 } or Combination.Dare { Rank: < 0 })
            throw new CombinationException("The rank is negative; expected a whole number, 0 for the largest of the parts'.");
        var first = parts[0];
        foreach (var part in parts)
        {
            if (part.Adapter.Unfreezing is not null)
                throw new CombinationException(
                    $"'{part.Name}' ({part.Adapter.Spec.Expression}) trains the backbone itself and has nothing to combine.");
            if (!Places(part).SequenceEqual(Places(first)))
                throw new CombinationException(
                    $"'{part.Name}' ({part.Adapter.Spec.Name}) and '{first.Name}' ({first.Adapter.Spec.Name}) differ in methods or "
                    + "places; expected the same.");
        }
    }

    private static IEnumerable<(string Method, SiteAddress Address)> Places(WeightedAdapter part) =>
        part.Adapter.Attached.Select(attached => (attached.Part.Method.Name, attached.Address));

    private static void CheckShapes(IReadOnlyList<WeightedAdapter> parts)
    {
        IEnumerable<string> Shapes(WeightedAdapter part) =>
            Plain(part).Select(bank => $"{bank.Key} [{string.Join(", ", bank.Spec.Shape)}]");
        foreach (var part in parts.Skip(1))
        {
            if (Shapes(part).Except(Shapes(parts[0])).Concat(Shapes(parts[0]).Except(Shapes(part))).FirstOrDefault() is { } other)
                throw new CombinationException(
                    $"'{part.Name}' and '{parts[0].Name}' differ in a trainable: {other}; expected equal options.");
        }
    }
}
