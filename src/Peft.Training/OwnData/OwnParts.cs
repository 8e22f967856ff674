using Peft.Data;

namespace Peft.Training;

/// <summary>A user's own examples for training, development and test.</summary>
/// <typeparam name="T">An example.</typeparam>
/// <param name="Train">Training examples.</param>
/// <param name="Dev">Development examples.</param>
/// <param name="Test">Test examples; null for none.</param>
/// <param name="Files">The files.</param>
/// <param name="Notices">What a user should know about them.</param>
internal sealed record OwnParts<T>(
    IReadOnlyList<T> Train, IReadOnlyList<T> Dev, IReadOnlyList<T>? Test, IReadOnlyList<string> Files, IReadOnlyList<string> Notices)
{
    /// <summary>Reads the files, and holds out a part of the training examples where there is no development file.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">The run's settings.</param>
    /// <param name="unit">What an example is called, such as <c>sentence</c>.</param>
    /// <param name="read">Reads a file: its examples, and notices about it.</param>
    /// <exception cref="TaskException">A file is missing or malformed, or there are too few examples.</exception>
    public static OwnParts<T> Read(
        OwnPaths paths, TrainingOptions options, string unit, Func<string, (IReadOnlyList<T> Examples, IEnumerable<string> Notices)> read)
    {
        var notices = new List<string>();
        var train = All(paths.Train);
        IReadOnlyList<T> dev;
        if (paths.Dev is { } files)
        {
            dev = All(files);
        }
        else
        {
            (train, dev) = HoldOut(train, paths.Train[0], options, unit);
            notices.Add(options.Folds > 0
                ? $"{dev.Count} of {train.Count + dev.Count} {unit}s held out for development: part {options.Fold} of {options.Folds}"
                : $"{dev.Count} of {train.Count + dev.Count} {unit}s held out for development (--dev-fraction)");
        }

        return new OwnParts<T>(
            Sample(train, options.TrainLimit), Sample(dev, options.DevLimit), paths.Test is { } test ? All(test) : null, paths.All,
                notices);

        IReadOnlyList<T> All(IReadOnlyList<string> names)
        {
            var examples = new List<T>();
            foreach (var name in names)
            {
                var (found, noted) = read(name);
                examples.AddRange(found);
                notices.AddRange(noted);
            }

            return examples;
        }
    }

    private static (IReadOnlyList<T> Train, IReadOnlyList<T> Dev) HoldOut(
        IReadOnlyList<T> examples, string file, TrainingOptions options, string unit)
    {
        if (examples.Count < 2)
            throw new TooFewExamplesException($"{file}: has 1 {unit}, so that none can be held out for development; expected at least 2, "
                + "or give --dev.");
        if (options.Folds > examples.Count)
            throw new TrainingOptionsException("folds", $"{options.Folds} is more than the {examples.Count} {unit}s of {file}");
        var order = Enumerable.Range(0, examples.Count).ToArray();
        new SeededRandom(TaskSource.SubsetSeed).Shuffle<int>(order);
        var (fold, count) = (Math.Max(1, options.Fold) - 1, Math.Clamp(
            (int)Math.Round(examples.Count * options.DevFraction, MidpointRounding.AwayFromZero), 1, examples.Count - 1));
        var held = order.Where((_, at) => options.Folds > 0 ? at % options.Folds == fold : at < count).ToHashSet();
        return ([.. examples.Where((_, index) => !held.Contains(index))], [.. examples.Where((_, index) => held.Contains(index))]);
    }

    private static IReadOnlyList<T> Sample(IReadOnlyList<T> examples, int limit)
    {
        if (limit <= 0 || limit >= examples.Count)
            return examples;
        var order = examples.ToArray();
        new SeededRandom(TaskSource.SubsetSeed).Shuffle<T>(order);
        return order[..limit];
    }
}

/// <summary>A user's file has too few examples to train and to evaluate on.</summary>
/// <param name="message">The file, what was found and what to do.</param>
public sealed class TooFewExamplesException(string message) : TaskException(message);
