using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Divides examples into a part to train on and one for development: each label alike, equal groups on one side, by a seed that does not
/// depend on the run's. A label has a row to train on, so that one with a single row is only trained on.
/// </summary>
internal static class TableParts
{
    private const int Bins = 10;

    /// <summary>Divides examples.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="kind">What their labels are.</param>
    /// <param name="options">The share or the fold that is held out.</param>
    /// <exception cref="TrainingOptionsException">The fold does not exist.</exception>
    /// <exception cref="TableSplitException">No example can be held out.</exception>
    public static (IReadOnlyList<TableExample> Train, IReadOnlyList<TableExample> Dev) Split(
        TableExamples examples, TableKind kind, TrainingOptions options)
    {
        CheckFold(options);
        var rows = examples.Rows;
        var strata = Strata(rows, kind);
        var units = Units(rows);
        new SeededRandom(TaskSource.SubsetSeed).Shuffle<int[]>(units);
        units = [.. units.OrderByDescending(unit => unit.Length)]; // stable: units of one size stay shuffled
        double[] shares = options.Folds > 0
            ? [.. Enumerable.Repeat(1.0 / options.Folds, options.Folds)] : [options.DevFraction, 1 - options.DevFraction];
        var held = options.Folds > 0 ? options.Fold - 1 : 0;
        var parts = Deal(units, strata, shares);
        var isDev = new bool[rows.Count];
        foreach (var (unit, part) in units.Zip(parts))
        {
            foreach (var row in unit)
                isDev[row] = part == held;
        }

        KeepLabels(rows, units, isDev);
        if (!isDev.Contains(true))
            HoldOne(rows, units, isDev);
        if (!isDev.Contains(true))
            throw new TableSplitException(
                $"{examples.File}: none of the {rows.Count} rows can be held out for development, because each label or group would be lost to "
                + "training. Give more rows, a larger --dev-fraction, or a file with --dev.");
        return ([.. rows.Where((_, row) => !isDev[row])], [.. rows.Where((_, row) => isDev[row])]);
    }

    private static void CheckFold(TrainingOptions options)
    {
        if (options.Folds == 0 && options.Fold > 0)
            throw new TrainingOptionsException("fold", "needs --folds, the number of parts");
        if (options.Folds == 1)
            throw new TrainingOptionsException("folds", "1 leaves nothing to train on; expected at least 2");
        if (options.Folds > 0 && (options.Fold < 1 || options.Fold > options.Folds))
            throw new TrainingOptionsException("fold", $"{options.Fold} is not a number from 1 to {options.Folds}, the number of folds");
    }

    /// <summary>
    /// The stratum of each row: its label, the rarest of its labels, or the tenth of the targets that it is in.
    /// </summary>
    private static int[] Strata(IReadOnlyList<TableExample> rows, TableKind kind)
    {
        if (kind == TableKind.Regression)
        {
            var strata = new int[rows.Count];
            foreach (var (row, place) in Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Target).Select((row, place) => (row, place)))
                strata[row] = (int)((long)place * Bins / rows.Count);
            return strata;
        }

        var counts = rows.SelectMany(row => row.Labels).CountBy(label => label).ToDictionary();
        var numbers = counts.Keys.Order(StringComparer.Ordinal).Select((label, index) => (label, index)).ToDictionary(
            pair => pair.label, pair => pair.index + 1);
        return [.. rows.Select(row => row.Labels.Count == 0 ? 0
            : numbers[row.Labels.MinBy(label => (counts[label], numbers[label]))!])];
    }

    /// <summary>The rows that stay together: those of a group, else each alone.</summary>
    private static int[][] Units(IReadOnlyList<TableExample> rows) => rows.Any(row => row.Group is not null)
        ? [.. Enumerable.Range(0, rows.Count).GroupBy(row => rows[row].Group).Select(group => group.ToArray())]
        : [.. Enumerable.Range(0, rows.Count).Select(row => (int[])[row])];

    /// <summary>
    /// Deals units to parts, the largest first. Each goes where it adds least to the sum of count^2 / (rows x share) over all strata and the
    /// whole, which is least when every part has its share of each.
    /// </summary>
    private static int[] Deal(int[][] units, int[] strata, double[] shares)
    {
        var sizes = strata.CountBy(stratum => stratum).ToDictionary();
        var counts = shares.Select(_ => new Dictionary<int, int>()).ToArray();
        var totals = new int[shares.Length];
        var parts = new int[units.Length];
        for (var index = 0; index < units.Length; index++)
        {
            var own = units[index].CountBy(row => strata[row]).ToList();
            parts[index] = Enumerable.Range(0, shares.Length).MinBy(part => (
                own.Sum(pair => Added(counts[part].GetValueOrDefault(pair.Key), pair.Value, sizes[pair.Key] * shares[part]))
                    + Added(totals[part], units[index].Length, strata.Length * shares[part]),
                totals[part] / shares[part]));
            totals[parts[index]] += units[index].Length;
            foreach (var (stratum, rows) in own)
                counts[parts[index]][stratum] = counts[parts[index]].GetValueOrDefault(stratum) + rows;
        }

        return parts;
    }

    private static double Added(int count, int more, double expected) => (2.0 * count + more) * more / expected;

    /// <summary>Holds out one unit of few rows whose shares round to none.</summary>
    private static void HoldOne(IReadOnlyList<TableExample> rows, int[][] units, bool[] isDev)
    {
        var counts = units.SelectMany(unit => unit.SelectMany(row => rows[row].Labels).Distinct()).CountBy(label => label).ToDictionary();
        if (units.Length > 1 && units.LastOrDefault(unit => unit.All(row => rows[row].Labels.All(label => counts[label] > 1))) is { } last)
        {
            foreach (var row in last)
                isDev[row] = true;
        }
    }

    /// <summary>Moves units to the training part whose labels it would lack.</summary>
    private static void KeepLabels(IReadOnlyList<TableExample> rows, int[][] units, bool[] isDev)
    {
        var known = rows.Where((_, row) => !isDev[row]).SelectMany(row => row.Labels).ToHashSet();
        foreach (var unit in units.Where(unit => isDev[unit[0]]))
        {
            if (unit.SelectMany(row => rows[row].Labels).All(known.Contains))
                continue;
            foreach (var row in unit)
            {
                isDev[row] = false;
                known.UnionWith(rows[row].Labels);
            }
        }
    }

    /// <summary>What was held out, for the user.</summary>
    public static string Describe(TableExamples examples, int held, TrainingOptions options) => options.Folds > 0
        ? string.Create(CultureInfo.InvariantCulture, $"fold {options.Fold} of {options.Folds}: {held:N0} of {examples.Rows.Count:N0} rows are "
            + $"for development")
        : string.Create(CultureInfo.InvariantCulture, $"{held:N0} of {examples.Rows.Count:N0} rows are held out for development "
            + $"(--dev-fraction {options.DevFraction}); --dev gives a file of your own");
}

/// <summary>Examples cannot be divided, or do not suffice to train on.</summary>
public sealed class TableSplitException : TaskException
{
    internal TableSplitException(string message) : base(message) { }
}
