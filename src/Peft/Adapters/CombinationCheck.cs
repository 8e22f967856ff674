namespace Peft;

/// <summary>Checks that adapters can be combined, before anything is computed.</summary>
internal static class CombinationCheck
{
    /// <summary>Checks weights, settings, methods and places.</summary>
    /// <exception cref="CombinationException">They do not fit.</exception>
    public static void Parts(IReadOnlyList<WeightedAdapter> parts, Combination how)
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

    /// <summary>Checks that all adapters have the same trainables.</summary>
    /// <exception cref="CombinationException">They differ.</exception>
    public static void Shapes(IReadOnlyList<WeightedAdapter> parts)
    {
        IEnumerable<string> Named(WeightedAdapter part) =>
            part.PlainBanks.Select(bank => $"{bank.Key} [{string.Join(", ", bank.Spec.Shape)}]");
        foreach (var part in parts.Skip(1))
        {
            if (Named(part).Except(Named(parts[0])).Concat(Named(parts[0]).Except(Named(part))).FirstOrDefault() is { } other)
                throw new CombinationException(
                    $"'{part.Name}' and '{parts[0].Name}' differ in a trainable: {other}; expected equal options.");
        }
    }

    private static IEnumerable<(string Method, SiteAddress Address)> Places(WeightedAdapter part) =>
        part.Adapter.Attached.Select(attached => (attached.Part.Method.Name, attached.Address));
}
