using static TorchSharp.torch;

namespace Peft;

/// <summary>A checked combination: the new adapter's specification and values. It is computed before anything is changed.</summary>
internal interface ICombinationPlan
{
    /// <summary>The new adapter's specification.</summary>
    AdapterSpec Spec { get; }

    /// <summary>Writes the values into the new adapter.</summary>
    void Fill(Adapter adapter);
}

/// <summary>Plans combinations.</summary>
internal static class CombinationPlan
{
    /// <summary>
    /// Combines deltas where every delta is a product of two trainables, and sums trainables otherwise, which only
    /// <see cref="Combination.Linear"/> allows.
    /// </summary>
    /// <exception cref="CombinationException">The adapters cannot be combined in that way.</exception>
    public static ICombinationPlan Create(IReadOnlyList<WeightedAdapter> parts, Combination how)
    {
        CombinationCheck.Parts(parts, how);
        var first = parts[0];
        if (first.Adapter.Attached.All(attached => FactorCombination.FactorsOf(attached) is not null))
            return FactorCombination.Create(parts, how);
        if (how is not Combination.Linear)
            throw new CombinationException(
                $"{first.Adapter.Spec.Expression} of '{first.Name}' has no delta that is a product of two trainables, which "
                    + $"{how.GetType().Name} needs; use Linear.");
        return new TrainableSums(parts);
    }
}

/// <summary>The new adapter's trainables are weighted sums of the parts' trainables.</summary>
internal sealed class TrainableSums : ICombinationPlan
{
    private readonly IReadOnlyList<WeightedAdapter> _parts;

    public TrainableSums(IReadOnlyList<WeightedAdapter> parts)
    {
        CombinationCheck.Shapes(parts);
        (_parts, Spec) = (parts, parts[0].Adapter.Spec with { Mixture = null });
    }

    public AdapterSpec Spec { get; }

    public void Fill(Adapter adapter)
    {
        var banks = _parts.Select(part => part.PlainBanks.ToList()).ToList();
        foreach (var (index, bank) in adapter.Banks.Index())
            bank.Experts[0].copy_(Summed(bank.Spec, [.. banks.Select(of => of[index])]));
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
}
