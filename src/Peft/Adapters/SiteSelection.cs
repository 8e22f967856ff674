namespace Peft;

/// <summary>A chosen site does not exist in the backbone, or the method cannot act there.</summary>
/// <param name="message">What was asked for, what there is.</param>
public sealed class SiteSelectionException(string message) : Exception(message);

/// <summary>Finds the sites that a specification names.</summary>
internal static class SiteSelection
{
    public static IReadOnlyList<SiteAddress> Of(IReadOnlyList<SiteAddress> offered, AdapterSpec spec)
    {
        if (spec.Sites.Count == 0)
            throw new SiteSelectionException($"{spec.Method.Name} was given no site.");
        foreach (var site in spec.Sites)
        {
            if (Sites.KindOf(site) != spec.Method.Kind)
            {
                throw new SiteSelectionException(
                    $"{spec.Method.Name} acts on {spec.Method.Kind} sites ({Names(Sites.Of(spec.Method.Kind))}); {site} is none of them.");
            }

            if (!offered.Any(address => address.Site == site))
                throw new SiteSelectionException($"the backbone offers no site {site}; it offers {Names(offered.Select(address => address.Site).Distinct())}.");
        }

        return [.. offered.Where(address => spec.Sites.Contains(address.Site))];
    }

    private static string Names(IEnumerable<Site> sites) => string.Join(", ", sites);
}
