using Peft.Data;
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
                ($"class_{index + 1}", one => one.Classes[index].Label), ($"probability_{index + 1}", one =>
                    one.Classes[index].Probability),
            ])
            : [("classes", one => one.Classes.Take(count).ToList())];
    }
}

/// <summary>Checks the columns of a table that grows while it is read, as one of JSON does.</summary>
/// <param name="known">The number of columns when the first row was written.</param>
/// <param name="added">The names of the predictions' columns.</param>
/// <param name="isFixed">Whether no column may join later.</param>
internal sealed class LaterColumns(int known, IReadOnlyList<string> added, bool isFixed)
{
    private int _checked = known;

    /// <exception cref="TableColumnException">A later column cannot be written.</exception>
    public void Check(TableRow row, IReadOnlyList<string> columns)
    {
        for (; _checked < columns.Count; _checked++)
        {
            var name = columns[_checked];
            if (isFixed)
                throw new TableColumnException($"{row.Place} or later: has the column '{Excerpt.Line(name)}', which earlier rows lack, "
                    + $"and the "
                    + "header is written already; write .jsonl.");
            if (added.Contains(name))
                throw new TableColumnException($"{row.Place} or later: has the column '{Excerpt.Line(name)}', which earlier rows lack, "
                    + $"and the "
                    + "predictions have this name there; rename it in the input.");
        }
    }
}
