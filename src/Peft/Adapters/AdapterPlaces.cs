namespace Peft;

/// <summary>The effect of one method at one place: a line of <c>peft plan</c>.</summary>
/// <param name="Module">The module's name in checkpoints.</param>
/// <param name="Layer">The layer from 0; -1 outside the layers.</param>
/// <param name="Site">The site.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Options">The options that apply there.</param>
/// <param name="Trained">Trained elements of all experts. Trainables that all places share are counted at the first.</param>
/// <param name="Merged">Elements used at inference.</param>
public sealed record AdapterPlace(
    string Module, int Layer, Site Site, string Method, IReadOnlyDictionary<string, object> Options, long Trained, long Merged)
{
    /// <summary>The options that differ from the method's defaults.</summary>
    public required IReadOnlyDictionary<string, object> Changed { get; init; }
}

/// <summary>Lists the places where an attached adapter acts.</summary>
public static class AdapterPlaces
{
    /// <summary>The places of an adapter, in the order of the forward pass.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <returns>A place for each method and site; none for a baseline that trains the backbone itself.</returns>
    public static IReadOnlyList<AdapterPlace> List(Adapter adapter) =>
    [
        .. adapter.Attached.Select(attached => new AdapterPlace(
            attached.Address.Path,
            attached.Address.Layer,
            attached.Address.Site,
            attached.Part.Method.Name,
            attached.Part.OptionsAt(attached.Address.Path).All,
            attached.Banks.Sum(bank => bank.Spec.Count * bank.Experts.Count),
            attached.Banks.Where(bank => !bank.IsRouting).Sum(bank => bank.Spec.Count))
        {
            Changed = attached.Part.OptionsAt(attached.Address.Path).All
                .Where(pair => !attached.Part.Method.Options.Any(option => option.Name == pair.Key && option.Default.Equals(pair.Value)))
                .ToDictionary(pair => pair.Key, pair => pair.Value),
        }),
    ];
}
