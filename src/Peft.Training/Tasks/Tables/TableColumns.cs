using Peft.Data;

namespace Peft.Training;

/// <summary>The columns of a table that a task reads.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text; null for single texts.</param>
/// <param name="Label">The label, labels or target.</param>
/// <param name="Group">The column whose equal values stay on one side of a split; null for none.</param>
internal sealed record TableColumns(string Text, string? Pair, string Label, string? Group)
{
    /// <summary>The parts of an example by which a run stores the names of columns.</summary>
    internal const string TextPart = "text", PairPart = "pair", LabelPart = "label";

    /// <summary>A notice for the user about the columns that were found by usual names; null if every column was given.</summary>
    public string? Notice { get; init; }

    /// <summary>The names by their part, as a run stores them.</summary>
    public IReadOnlyDictionary<string, string> ByPart => Pair is null
        ? new Dictionary<string, string> { [TextPart] = Text, [LabelPart] = Label }
        : new Dictionary<string, string> { [TextPart] = Text, [PairPart] = Pair, [LabelPart] = Label };

    /// <summary>Chooses columns: those that the options name, else those of usual names.</summary>
    /// <exception cref="TableColumnException">A column is missing, or two parts have the same.</exception>
    public static TableColumns Choose(ITable table, TrainingOptions options)
    {
        string? Given(string? name, string option) => name is null ? null : OwnColumns.Named(table, name, option);
        var (text, pair, label) = (
            Given(options.TextColumn, "text-column"), Given(options.PairColumn, "pair-column"), Given(options.LabelColumn, "label-column"));
        var group = Given(options.GroupColumn, "group-column");
        var isFound = text is null || label is null;
        if (text is null && pair is null && Pairs(table, label, group) is var (first, second))
            (text, pair) = (first, second);
        text ??= OwnColumns.Usual(table, OwnColumns.Texts, pair, label, group);
        label ??= OwnColumns.Usual(table, OwnColumns.Labels, text, pair, group);
        if (text is null || label is null)
            throw Missing(table, text is null ? "text" : "label");
        if (Repeated([(text, "text"), (pair, "pair"), (label, "label"), (group, "group")]) is var (one, other, column))
            throw new TableColumnException(
                $"{table.Name}: column '{Excerpt.Cut(column)}' is both --{one}-column and --{other}-column. Its columns: "
                + $"{ColumnNames.List(table.Columns)}.");
        var chosen = new TableColumns(text, pair, label, group);
        return isFound ? chosen with { Notice = Describe(chosen) } : chosen;
    }

    /// <summary>The columns of a finished run, where the options name no others.</summary>
    public static TrainingOptions Fill(TrainingOptions options, TaskState state) => options with
    {
        TextColumn = options.TextColumn ?? state.Columns.GetValueOrDefault(TextPart),
        PairColumn = options.PairColumn ?? state.Columns.GetValueOrDefault(PairPart),
        LabelColumn = options.LabelColumn ?? state.Columns.GetValueOrDefault(LabelPart),
    };

    /// <summary>Two columns with usual names of a pair of texts; null if the table has none.</summary>
    public static (string First, string Second)? Pairs(ITable table, params string?[] except)
    {
        foreach (var (first, second) in OwnColumns.Pairs)
        {
            if (OwnColumns.Usual(table, [first], except) is { } one && OwnColumns.Usual(table, [second], except) is { } other)
                return (one, other);
        }

        return null;
    }

    private static string Describe(TableColumns chosen) => chosen.Pair is null
        ? $"text is read from column '{chosen.Text}', label from '{chosen.Label}'"
        : $"pairs of texts are read from columns '{chosen.Text}' and '{chosen.Pair}', label from '{chosen.Label}'";

    private static TableColumnException Missing(ITable table, string part) => new(
        $"{table.Name}: has no column with a usual name of a {part} ({string.Join(", ", (part == "text" ? OwnColumns.Texts
            : OwnColumns.Labels).Take(6))}, ...). Name it with --{part}-column. Its columns: {ColumnNames.List(table.Columns)}.");

    private static (string One, string Other, string Column)? Repeated((string? Column, string Part)[] parts)
    {
        for (var one = 0; one < parts.Length; one++)
        {
            for (var other = one + 1; other < parts.Length; other++)
            {
                if (parts[one].Column is { } column && column == parts[other].Column && parts[other].Part != "group")
                    return (parts[one].Part, parts[other].Part, column);
            }
        }

        return null;
    }
}
