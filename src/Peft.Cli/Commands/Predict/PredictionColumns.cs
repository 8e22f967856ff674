using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The columns that predictions add to a table.</summary>
/// <param name="Names">Their names, which no column of the table has.</param>
/// <param name="Values">For each, its value: a text, a number, or a list.</param>
internal sealed record PredictionColumns(IReadOnlyList<string> Names, IReadOnlyList<Func<Prediction, object?>> Values)
{
    /// <summary>What is put before a name that a column of the table has already.</summary>
    private const string Prefix = "predicted_";

    /// <summary>Chooses the columns by the kind of the first prediction.</summary>
    /// <param name="first">The first prediction.</param>
    /// <param name="top">How many classes are written; null for none beside the most likely.</param>
    /// <param name="isFlat">Whether each of these classes has columns of its own, in place of one list.</param>
    /// <param name="taken">The names of the table's columns.</param>
    public static PredictionColumns Choose(Prediction first, int? top, bool isFlat, IReadOnlyList<string> taken)
    {
        var columns = Answer(first).Concat(Classes(Math.Min(top ?? 0, first.Classes.Count), isFlat)).ToList();
        var used = taken.ToHashSet(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var (name, _) in columns)
        {
            var free = name;
            while (!used.Add(free))
                free = Prefix + free;
            names.Add(free);
        }

        return new PredictionColumns(names, [.. columns.Select(column => column.Value)]);
    }

    private static IEnumerable<(string Name, Func<Prediction, object?> Value)> Answer(Prediction first) => first switch
    {
        { Entities: not null } => [("entities", one => one.Entities)],
        { Labels: not null } => [("labels", one => one.Labels)],
        { Probability: not null } => [("prediction", one => one.Answer), ("probability", one => one.Probability)],
        { Score: not null } => [("score", one => one.Score)],
        _ => [("generated", one => one.Answer)],
    };

    private static IEnumerable<(string Name, Func<Prediction, object?> Value)> Classes(int count, bool isFlat)
    {
        if (count == 0)
            return [];
        return isFlat
            ? Enumerable.Range(0, count).SelectMany(index => ((string, Func<Prediction, object?>)[])
            [
                ($"class_{index + 1}", one => one.Classes[index].Label),
                ($"probability_{index + 1}", one => one.Classes[index].Probability),
            ])
            : [("classes", one => one.Classes.Take(count).ToList())];
    }
}
