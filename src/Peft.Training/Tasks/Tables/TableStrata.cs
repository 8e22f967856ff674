namespace Peft.Training;

/// <summary>Describes the rows of a user's table to <see cref="HeldOut"/>, which holds out the same share of each stratum.</summary>
internal static class TableStrata
{
    private const int Bins = 10;

    /// <summary>The stratum of a row is its label, the rarest of its labels, or the decile of its target.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="kind">What their labels are.</param>
    public static IReadOnlyList<DividedExample> Describe(IReadOnlyList<TableExample> rows, TableKind kind)
    {
        var strata = kind == TableKind.Regression ? OfTargets(rows) : OfLabels(rows);
        return [.. rows.Zip(strata, (row, stratum) => new DividedExample(stratum, row.Labels, row.Group))];
    }

    private static int[] OfTargets(IReadOnlyList<TableExample> rows)
    {
        var strata = new int[rows.Count];
        var order = Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Target).ToList();
        for (var place = 0; place < order.Count; place++)
            strata[order[place]] = (int)((long)place * Bins / rows.Count);
        return strata;
    }

    private static int[] OfLabels(IReadOnlyList<TableExample> rows)
    {
        var counts = rows.SelectMany(row => row.Labels).CountBy(label => label).ToDictionary();
        var numbers = counts.Keys.Order(StringComparer.Ordinal).Select((label, index) => (label, index))
            .ToDictionary(pair => pair.label, pair => pair.index + 1);
        return [.. rows.Select(row => row.Labels.Count == 0 ? 0 : numbers[row.Labels.MinBy(label => (counts[label], numbers[label]))!])];
    }
}
