namespace Peft;

/// <summary>Maps a specification to a backbone: which method acts where. It is computed before anything is changed.</summary>
internal sealed record AdapterPlan(IReadOnlyList<(MethodPart Part, SiteAddress Address)> Places, UnfreezingMethod? Unfreezing)
{
    public static AdapterPlan Create(IReadOnlyList<SiteAddress> offered, AdapterSpec spec)
    {
        if (spec.Parts.FirstOrDefault(part => part.Method.Kind == SiteKind.Parameters) is { } baseline)
        {
            if (spec.Parts.Count > 1 || spec.Mixture is not null)
                throw new SiteSelectionException(
                    $"{baseline.Method.Name} trains the backbone itself and can be neither mixed nor combined with another method.");
            return new AdapterPlan([], (UnfreezingMethod)baseline.Method.Create(baseline.Options));
        }

        // Layer by layer in the order of the forward pass, which routes follow. At one site, in the order of the parts.
        var order = offered.Select((address, index) => (address, index)).ToDictionary(pair => pair.address, pair => pair.index);
        return new AdapterPlan(
            [
                .. spec.Parts.SelectMany(part => SiteSelection.Select(offered, part).Select(address => (Part: part, Address: address)))
                    .OrderBy(place => order[place.Address]),
            ],
            null);
    }
}
