using Peft.Data;

namespace Peft.Training;

/// <summary>Classification tasks whose examples are given by a program instead of files.</summary>
internal static class ListedExamples
{
    private const int HeldOutOneIn = 5;

    /// <exception cref="ExamplesException">The examples cannot be trained on.</exception>
    public static ClassificationTask Task(
        string name, IEnumerable<(string Text, string? Pair, string Label)> examples,
        IEnumerable<(string Text, string? Pair, string Label)>? dev)
    {
        var (all, development) = (examples.ToList(), dev?.ToList());
        foreach (var (text, pair, label) in all.Concat(development ?? []))
        {
            if (string.IsNullOrWhiteSpace(text) || string.IsNullOrWhiteSpace(label) || (pair is not null && pair.Length == 0))
                throw new ExamplesException(name, $"an example has an empty text or label: ('{Excerpt.Cut(text)}', "
                    + $"'{Excerpt.Cut(label)}'); leave it out");
        }

        string[] labels = [.. all.Select(one => one.Label).Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length < 2)
        {
            throw new ExamplesException(
                name, $"expected examples of at least 2 labels, found {(labels.Length == 0 ? "no example" : $"only '{labels[0]}'")}");
        }

        var definition = Definition(name, labels, all[0].Pair is not null);
        var train = development is null ? [.. Parts(all, isDev: false)] : all;
        development ??= [.. Parts(all, isDev: true)];
        if (development.Count == 0)
            throw new ExamplesException(name, "every label has one example, so that none is left to evaluate on; give more, or give dev");
        var (trainSplit, devSplit) = (Split(definition, "examples", train), Split(definition, "development examples", development));
        return new ClassificationTask(definition, options =>
        {
            TaskSource.RefuseData(options);
            return new TaskData(
                definition, trainSplit.Sample(TaskSource.OrNull(options.TrainLimit), TaskSource.SubsetSeed),
                devSplit.Sample(TaskSource.OrNull(options.DevLimit), TaskSource.SubsetSeed));
        });
    }

    /// <summary>The task of a saved run, whose examples are not stored.</summary>
    public static ClassificationTask Task(string name, IReadOnlyList<string> labels) =>
        new(Definition(name, labels, isPair: false), _ => throw new ExamplesException(
            name, "the run was trained on examples in a program, which its folder does not hold; evaluate it in that program"))
        {
            HasPairs = null,
        };

    private static TaskDefinition Definition(string name, IReadOnlyList<string> labels, bool isPair) =>
        new(name, name, labels, isPair, MetricKind.Accuracy, [MetricKind.Accuracy]);

    /// <summary>Every fifth example of each label is for development, and one at least where a label has several.</summary>
    private static IEnumerable<(string Text, string? Pair, string Label)> Parts(
        IEnumerable<(string Text, string? Pair, string Label)> examples, bool isDev) =>
        examples.GroupBy(one => one.Label).SelectMany(same => same.Where((_, index) =>
            isDev == (index % HeldOutOneIn == HeldOutOneIn - 1 || (same.Count() is > 1 and < HeldOutOneIn && index == same.Count() - 1))));

    private static TaskSplit Split(TaskDefinition task, string origin, IReadOnlyList<(string Text, string? Pair, string Label)> examples) =>
        new($"in memory: {origin}", [.. examples.Select(one => new Example(one.Text, one.Pair, ClassOf(task, one.Label)))]);

    private static int ClassOf(TaskDefinition task, string label)
    {
        var index = task.Labels.ToList().IndexOf(label);
        return index >= 0
            ? index
            : throw new ExamplesException(
                task.Name, $"the development label '{Excerpt.Cut(label)}' is none of the labels to train on: "
                    + $"{string.Join(", ", task.Labels)}");
    }
}

/// <summary>A program's examples cannot be trained on.</summary>
/// <param name="task">The task's name.</param>
/// <param name="problem">What was found and what was expected.</param>
public sealed class ExamplesException(string task, string problem) : TaskException($"task '{task}': {problem}.");
