namespace Peft;

/// <summary>A selection of sites or modules matches nothing, or the method cannot act there.</summary>
/// <param name="message">What was requested and what is available.</param>
public sealed class SiteSelectionException(string message) : Exception(message);

/// <summary>Finds the sites that a part of a specification selects.</summary>
internal static class SiteSelection
{
    private const int Suggestions = 6;

    public static IReadOnlyList<SiteAddress> Select(IReadOnlyList<SiteAddress> offered, MethodPart part)
    {
        var (method, where) = (part.Method, part.Where);
        foreach (var site in where.Sites)
        {
            if (Sites.KindOf(site) != method.Kind)
            {
                throw new SiteSelectionException(
                    $"{method.Name} acts on {method.Kind} sites ({Names(Sites.OfKind(method.Kind))}); {site} is none of them.");
            }
        }

        SiteAddress[] candidates = [.. offered.Where(address => Sites.KindOf(address.Site) == method.Kind)];
        if (candidates.Length == 0)
            throw new SiteSelectionException($"the backbone offers no {method.Kind} site, where {method.Name} acts; it offers "
                + $"{Names(Offered(offered))}.");
        if (where.Sites.Count > 0 && !candidates.Any(address => where.Sites.Contains(address.Site)))
            throw new SiteSelectionException($"the backbone offers no site {Names(where.Sites)}; it offers {Names(Offered(offered))}.");
        foreach (var pattern in where.Targets.Where(pattern => !candidates.Any(pattern.Matches)))
            throw new SiteSelectionException($"no module is named '{pattern.Text}' where {method.Name} can act; "
                + $"{Nearest(pattern, candidates)}.");
        SiteAddress[] chosen = [.. candidates.Where(where.Has)];
        foreach (var change in part.Overrides.Where(change => chosen.Length > 0 && !chosen.Any(change.Modules.Matches)))
        {
            throw new SiteSelectionException(
                $"{method.Name}.{change.Option}@{change.Modules.Text} is for no module that {method.Name} acts on; "
                    + $"{Nearest(change.Modules, chosen)}.");
        }

        return chosen.Length > 0 ? chosen : throw new SiteSelectionException(
            $"{method.Name} would act nowhere: targets, exclude, layers and leaveOut leave none of the {candidates.Length} places there "
                + "are "
            + $"(layers 0 to {candidates.Max(address => address.Layer)}; {Nearest(null, candidates)}).");
    }

    /// <summary>Suggestions for a mistyped name: ends of module names, nearest first.</summary>
    private static string Nearest(ModulePattern? pattern, IEnumerable<SiteAddress> candidates)
    {
        var ends = candidates.Select(address => EndOf(address.Path)).Distinct();
        if (pattern is not null)
            ends = ends.OrderBy(end => NearestName.Distance(pattern.Text, end[(end.LastIndexOf('.') + 1)..]));
        return "there are " + string.Join(", ", ends.Take(Suggestions).Select(end => $"'{end}'"));
    }

    /// <summary>A module's name without its layer's number and everything before it.</summary>
    private static string EndOf(string path)
    {
        var parts = path.Split('.');
        var number = Array.FindIndex(parts, part => part.All(char.IsAsciiDigit));
        return string.Join('.', parts[(number + 1)..]);
    }

    private static IEnumerable<Site> Offered(IEnumerable<SiteAddress> offered) => offered.Select(address => address.Site).Distinct();

    private static string Names(IEnumerable<Site> sites) => string.Join(", ", sites);
}
