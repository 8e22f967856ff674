using System.Globalization;

namespace Peft.Server.Pages.Charts;

/// <summary>How often the experts of one site and group were picked, layer by layer.</summary>
/// <param name="Title">The site and the group.</param>
/// <param name="Experts">The number of experts.</param>
/// <param name="Total">The picks of the layer that has most.</param>
/// <param name="Rows">The layers.</param>
internal sealed record HeatMap(string Title, int Experts, long Total, IReadOnlyList<HeatMap.Row> Rows)
{
    /// <summary>The heat maps of a run's counts, one for each site and group.</summary>
    public static IReadOnlyList<HeatMap> FromPicks(IEnumerable<ExpertPicks> picks) =>
        [.. picks.GroupBy(one => (one.Site, one.Group, one.Counts.Count)).Select(same => new HeatMap(
            $"{same.Key.Site ?? "All sites"}, {same.Key.Group}", same.Key.Count, same.Max(one => one.Counts.Sum()),
            [.. same.Select(one => new Row(one.Layer?.ToString(CultureInfo.InvariantCulture) ?? "all", Shares(one.Counts)))]))];

    private static IReadOnlyList<double> Shares(IReadOnlyList<long> counts)
    {
        var sum = Math.Max(1, counts.Sum());
        return [.. counts.Select(count => (double)count / sum)];
    }

    /// <summary>A layer.</summary>
    /// <param name="Name">Its number, or that all layers share the experts.</param>
    /// <param name="Shares">The share of each expert, 0 to 1.</param>
    internal sealed record Row(string Name, IReadOnlyList<double> Shares);
}
