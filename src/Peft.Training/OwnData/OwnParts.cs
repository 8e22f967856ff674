using Peft.Data;

namespace Peft.Training;

/// <summary>A user's own examples for training, development and test.</summary>
/// <typeparam name="T">An example.</typeparam>
/// <param name="Train">Training examples.</param>
/// <param name="Dev">Development examples.</param>
/// <param name="Test">Test examples; null for none.</param>
/// <param name="Files">The files.</param>
/// <param name="Notices">Notices for the user about them.</param>
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
            dev = files.SequenceEqual(paths.Train) ? train : All(files); // standard input can be read only once
        }
        else
        {
            var isHeld = HeldOut.Choose(paths.Train[0], unit, [.. train.Select(_ => new DividedExample(0, [], null))], options);
            notices.Add(HeldOut.Describe(unit, isHeld.Count(held => held), isHeld.Length, options));
            (train, dev) = ([.. train.Where((_, index) => !isHeld[index])], [.. train.Where((_, index) => isHeld[index])]);
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

    private static IReadOnlyList<T> Sample(IReadOnlyList<T> examples, int limit)
    {
        if (limit <= 0 || limit >= examples.Count)
            return examples;
        var order = examples.ToArray();
        new SeededRandom(TaskSource.SubsetSeed).Shuffle<T>(order);
        return order[..limit];
    }
}
