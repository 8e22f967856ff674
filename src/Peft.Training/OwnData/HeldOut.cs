using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Chooses which of a user's examples are held out for development: the same share of each stratum, all examples of a group on one side, by
/// a seed that does not depend on the run's. Every label keeps an example for training, so the only example of a label is never held out.
/// </summary>
internal static class HeldOut
{
    /// <summary>Chooses examples.</summary>
    /// <param name="file">The file that they come from, for messages.</param>
    /// <param name="unit">What an example is called, such as <c>row</c>.</param>
    /// <param name="examples">What the division depends on.</param>
    /// <param name="options">The share or the fold that is held out.</param>
    /// <returns>For each example whether it is held out.</returns>
    /// <exception cref="TrainingOptionsException">The fold does not exist.</exception>
    /// <exception cref="TooFewExamplesException">No example can be held out.</exception>
    public static bool[] Choose(string file, string unit, IReadOnlyList<DividedExample> examples, TrainingOptions options)
    {
        if (examples.Count < 2)
            throw new TooFewExamplesException($"{file}: has 1 {unit}, so that none can be held out for development; expected at least 2, "
                + "or give --dev.");
        CheckFold(file, unit, examples.Count, options);
        var units = Units(examples);
        new SeededRandom(TaskSource.SubsetSeed).Shuffle<int[]>(units);
        units = [.. units.OrderByDescending(one => one.Length)]; // stable: units of one size stay shuffled
        double[] shares = options.Folds > 0
            ? [.. Enumerable.Repeat(1.0 / options.Folds, options.Folds)] : [options.DevFraction, 1 - options.DevFraction];
        var held = options.Folds > 0 ? options.Fold - 1 : 0;
        var isHeld = new bool[examples.Count];
        foreach (var (one, part) in units.Zip(Deal(units, [.. examples.Select(example => example.Stratum)], shares)))
        {
            foreach (var example in one)
                isHeld[example] = part == held;
        }

        KeepLabels(examples, units, isHeld);
        if (!isHeld.Contains(true))
            HoldOne(examples, units, isHeld);
        return isHeld.Contains(true) ? isHeld : throw new TooFewExamplesException(
            $"{file}: none of the {examples.Count} {unit}s can be held out for development, because each label or group would be lost to "
                + "training. Give more, a larger --dev-fraction, or a file with --dev.");
    }

    /// <summary>A notice about what was held out.</summary>
    /// <param name="unit">What an example is called.</param>
    /// <param name="held">The number of examples that are held out.</param>
    /// <param name="all">The number of all.</param>
    /// <param name="options">The share or the fold.</param>
    public static string Describe(string unit, int held, int all, TrainingOptions options) => options.Folds > 0
        ? string.Create(
            CultureInfo.InvariantCulture, $"fold {options.Fold} of {options.Folds}: {held:N0} of {all:N0} {unit}s are for development")
        : string.Create(CultureInfo.InvariantCulture, $"{held:N0} of {all:N0} {unit}s are held out for development "
            + $"(--dev-fraction {options.DevFraction}); --dev gives a file of your own");

    private static void CheckFold(string file, string unit, int count, TrainingOptions options)
    {
        if (options.Folds > 0 && (options.Fold < 1 || options.Fold > options.Folds))
            throw new TrainingOptionsException("fold", $"{options.Fold} is not a number from 1 to {options.Folds}, the number of folds");
        if (options.Folds > count)
            throw new TrainingOptionsException("folds", $"{options.Folds} is more than the {count} {unit}s of {file}");
    }

    /// <summary>The examples that stay together: those of a group, else each alone.</summary>
    private static int[][] Units(IReadOnlyList<DividedExample> examples) => examples.Any(example => example.Group is not null)
        ? [.. Enumerable.Range(0, examples.Count).GroupBy(example => examples[example].Group).Select(group => group.ToArray())]
        : [.. Enumerable.Range(0, examples.Count).Select(example => (int[])[example])];

    /// <summary>
    /// Assigns units to parts, the largest first. Each is assigned to the part where it adds least to the sum of count^2 / (examples x
    /// share) over all strata and the whole, which is least when every part has its share of each.
    /// </summary>
    private static int[] Deal(int[][] units, int[] strata, double[] shares)
    {
        var sizes = strata.CountBy(stratum => stratum).ToDictionary();
        var counts = shares.Select(_ => new Dictionary<int, int>()).ToArray();
        var totals = new int[shares.Length];
        var parts = new int[units.Length];
        for (var index = 0; index < units.Length; index++)
        {
            var own = units[index].CountBy(example => strata[example]).ToList();
            parts[index] = Enumerable.Range(0, shares.Length).MinBy(part => (
                own.Sum(pair => Added(counts[part].GetValueOrDefault(pair.Key), pair.Value, sizes[pair.Key] * shares[part]))
                    + Added(totals[part], units[index].Length, strata.Length * shares[part]),
                totals[part] / shares[part]));
            totals[parts[index]] += units[index].Length;
            foreach (var (stratum, number) in own)
                counts[parts[index]][stratum] = counts[parts[index]].GetValueOrDefault(stratum) + number;
        }

        return parts;
    }

    private static double Added(int count, int more, double expected) => (2.0 * count + more) * more / expected;

    /// <summary>Holds out one unit if there are so few examples that the held-out share rounds to none.</summary>
    private static void HoldOne(IReadOnlyList<DividedExample> examples, int[][] units, bool[] isHeld)
    {
        var counts = units.SelectMany(one => one.SelectMany(example => examples[example].Labels).Distinct()).CountBy(label => label)
            .ToDictionary();
        if (units.Length > 1
            && units.LastOrDefault(one => one.All(example => examples[example].Labels.All(label => counts[label] > 1))) is { } last)
        {
            foreach (var example in last)
                isHeld[example] = true;
        }
    }

    /// <summary>Moves a unit to the training part if training would otherwise lack one of its labels.</summary>
    private static void KeepLabels(IReadOnlyList<DividedExample> examples, int[][] units, bool[] isHeld)
    {
        var known = examples.Where((_, example) => !isHeld[example]).SelectMany(example => example.Labels).ToHashSet();
        foreach (var one in units.Where(one => isHeld[one[0]]))
        {
            if (one.SelectMany(example => examples[example].Labels).All(known.Contains))
                continue;
            foreach (var example in one)
            {
                isHeld[example] = false;
                known.UnionWith(examples[example].Labels);
            }
        }
    }
}

/// <summary>What the division of examples depends on.</summary>
/// <param name="Stratum">The same share of each stratum is held out.</param>
/// <param name="Labels">Labels that must remain in training.</param>
/// <param name="Group">Examples of one group stay on one side; null for no groups.</param>
internal readonly record struct DividedExample(int Stratum, IReadOnlyList<string> Labels, string? Group);

/// <summary>A user's file has too few examples, or too few labels, to train and to evaluate on.</summary>
/// <param name="message">The file, what was found and what to do.</param>
public sealed class TooFewExamplesException(string message) : TaskException(message);
