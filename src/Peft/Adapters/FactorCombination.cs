using System.Text.Json;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The new adapter's deltas are combinations of the parts' deltas, as products of two factors.</summary>
internal sealed class FactorCombination : ICombinationPlan
{
    private readonly IReadOnlyList<PlaceFactors> _factors;

    private FactorCombination(AdapterSpec spec, IReadOnlyList<PlaceFactors> factors) => (Spec, _factors) = (spec, factors);

    public AdapterSpec Spec { get; }

    public static FactorCombination Create(IReadOnlyList<WeightedAdapter> parts, Combination how)
    {
        var first = parts[0].Adapter;
        var places = Enumerable.Range(0, first.Attached.Count);
        var sources = places.Select(place => parts.Select(part => Source(part, place)).ToList()).ToList();
        var made = DeltaCombiner.Combine(sources, how);
        var rank = (int)made.Max(place => place.Left.shape[1]);
        return new FactorCombination(WithRank(first.Spec with { Mixture = null }, first, rank), made);
    }

    public static LowRankFactors? FactorsOf(AttachedMethod attached) =>
        attached.Method is ProjectionMethod method ? method.LowRankFactors() : null;

    public void Fill(Adapter adapter)
    {
        foreach (var (attached, (left, right)) in adapter.Attached.Zip(_factors))
        {
            var factors = FactorsOf(attached)!;
            Put(Bank(attached, factors.Left), left / factors.Scale, dim: 1);
            Put(Bank(attached, factors.Right), right, dim: 0);
        }
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
}
