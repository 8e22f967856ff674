using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>Reads a task from a user's own files.</summary>
/// <param name="kind">What the labels are.</param>
/// <param name="options">The run's settings.</param>
/// <param name="state">What a finished run stored of its data; null before training.</param>
internal sealed class TableLoader(TableKind kind, TrainingOptions options, TaskState? state = null)
{
    private const int MostLabels = 10_000;

    private readonly TrainingOptions _options = state is null ? options : TableColumns.Fill(options, state);
    private readonly List<string> _notices = [];

    /// <summary>The labels in the order of the outputs, where the task knows them; null for those of the rows.</summary>
    public IReadOnlyList<string>? KnownLabels { get; init; }

    /// <summary>Whether a notice is given about texts that are both trained on and evaluated. A data check reports them itself.</summary>
    public bool NotesRepeated { get; init; } = true;

    /// <summary>Reads a file; null for tables.</summary>
    public Func<string, TableExamples>? ReadFile { get; init; }

    /// <summary>Reads the files, divides the examples, and checks them.</summary>
    /// <exception cref="TaskException">A file is missing or malformed, or its examples cannot be trained on.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    public TaskData Load()
    {
        TrainingOptionsCheck.RefuseDecoderOptions(_options);
        CheckKind();
        var paths = OwnPaths.Find(_options, OwnTables.Endings, "examples");
        var read = ReadFile ?? new TableExampleReader(kind, _options).Read;
        var all = Note(read(paths.Train[0]), isFirst: true);
        var labels = Labels(all);
        var dev = paths.Dev is not [var devFile] ? null : devFile == paths.Train[0] ? all : Note(read(devFile));
        var test = paths.Test is [var testFile] ? Note(read(testFile)) : null;
        if (dev is not null && _options.Folds > 0)
            throw new TrainingOptionsException("folds", "divides the training file, and a development file is given too; give one of them");
        var (train, held) = dev is null ? Divide(all) : (all.Rows, dev.Rows);
        var definition = Definition(labels, all.Columns.Pair is not null);
        var trained = train.SelectMany(row => row.Labels).ToHashSet();
        CheckKnown(dev, trained);
        CheckKnown(test, trained);
        if (state is null && NotesRepeated)
            NoteRepeated(all with { Rows = train }, dev ?? all with { Rows = held }, "development");
        if (state is null && NotesRepeated && test is not null)
            NoteRepeated(all with { Rows = train }, test, "test");
        var indices = labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index);
        TaskSplit Part(TableExamples source, IReadOnlyList<TableExample> rows) =>
            new(source.File, [.. rows.Select(row => Encode(row, indices))]) { Skipped = source.Skipped };
        return new TaskData(
            definition,
            Part(all, train).Sample(TaskSource.OrNull(_options.TrainLimit), TaskSource.SubsetSeed),
            Part(dev ?? all, held).Sample(TaskSource.OrNull(_options.DevLimit), TaskSource.SubsetSeed))
        {
            Test = test is null ? null : Part(test, test.Rows),
            Columns = all.Columns.ByPart,
            Notices = _notices,
        };
    }

    private (IReadOnlyList<TableExample> Train, IReadOnlyList<TableExample> Held) Divide(TableExamples all)
    {
        var isHeld = HeldOut.Choose(all.File, "row", TableStrata.Describe(all.Rows, kind), _options);
        _notices.Add(HeldOut.Describe("row", isHeld.Count(held => held), isHeld.Length, _options));
        return ([.. all.Rows.Where((_, row) => !isHeld[row])], [.. all.Rows.Where((_, row) => isHeld[row])]);
    }

    /// <summary>The task without examples, of a finished run.</summary>
    public static TaskDefinition Definition(TableKind kind, TaskState state) => Definition(kind, state.Labels, state.IsPair);

    private static TaskDefinition Definition(TableKind kind, IReadOnlyList<string> labels, bool isPair)
    {
        var name = TableTask.NameOf(kind);
        MetricKind[] metrics = kind switch
        {
            TableKind.Classification => [MetricKind.Accuracy, MetricKind.MacroF1, MetricKind.Matthews],
            TableKind.MultiLabel => [MetricKind.MicroF1, MetricKind.MacroF1, MetricKind.SubsetAccuracy],
            _ => [MetricKind.Pearson, MetricKind.Spearman, MetricKind.Rmse],
        };
        return new TaskDefinition(name, name, labels, isPair, metrics[0], metrics) { IsMultiLabel = kind == TableKind.MultiLabel };
    }

    private TaskDefinition Definition(IReadOnlyList<string> labels, bool isPair) => Definition(kind, labels, isPair);

    private void CheckKind()
    {
        if (kind != TableKind.Classification && _options.ClassWeights != "none")
            throw new TrainingOptionsException(
                "class-weights", $"is for --task classification, and this is {TableTask.NameOf(kind)}; leave it out");
    }

    private TableExamples Note(TableExamples examples, bool isFirst = false)
    {
        if (isFirst && examples.Columns.Notice is { } notice)
            _notices.Add(notice);
        if (examples.Skipped is { } skipped)
            _notices.Add(skipped.ToString());
        return examples;
    }

    /// <summary>The labels in the order of the outputs: by number if all are whole numbers, else by code points.</summary>
    private IReadOnlyList<string> Labels(TableExamples examples)
    {
        if (kind == TableKind.Regression)
            return state is null && examples.Rows.Count > 1 && examples.Rows.All(row => row.Target == examples.Rows[0].Target)
                ? throw new TooFewExamplesException(string.Create(CultureInfo.InvariantCulture,
                    $"{examples.File}: every target in column '{examples.Columns.Label}' is {examples.Rows[0].Target}, so that there is "
                        + $"nothing to learn; name another with --label-column.")) : [];
        if ((KnownLabels ?? state?.Labels) is { } given)
            return given;
        var labels = examples.Rows.SelectMany(row => row.Labels).Distinct().ToList();
        var column = $"{examples.File}: column '{Excerpt.Line(examples.Columns.Label)}'";
        var fewest = kind == TableKind.MultiLabel ? 1 : 2;
        if (labels.Count < fewest)
            throw new TooFewExamplesException(
                $"{column} has {(labels.Count == 0 ? "no label" : $"one label only, '{Excerpt.Cut(labels[0])}'")}; expected at least "
                    + $"{fewest}. Give rows of other labels, or name another column with --label-column.");
        if (labels.Count > MostLabels || (labels.Count == examples.Rows.Count && labels.Count > 2))
            throw new TooFewExamplesException(string.Create(CultureInfo.InvariantCulture,
                $"{column} has {labels.Count:N0} labels in {examples.Rows.Count:N0} rows; it is most likely another column's. Name the "
                    + $"label's with --label-column, or give --task regression for numbers."));
        return labels.All(label => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            ? [.. labels.OrderBy(label => long.Parse(label, CultureInfo.InvariantCulture)).ThenBy(label => label, StringComparer.Ordinal)]
            : [.. labels.Order(StringComparer.Ordinal)];
    }

    private void CheckKnown(TableExamples? examples, HashSet<string> trained)
    {
        if (examples is null || kind == TableKind.Regression)
            return;
        var known = (KnownLabels ?? state?.Labels) is { } given ? [.. given] : trained;
        var unknown = examples.Rows.SelectMany(row => row.Labels.Select(label => (Row: row, Label: label)))
            .Where(pair => !known.Contains(pair.Label)).ToList();
        if (unknown.Count == 0)
            return;
        var names = unknown.Select(pair => pair.Label).Distinct().ToList();
        throw new TaskLabelException(
            $"{examples.Place(unknown[0].Row)}, column '{Excerpt.Line(examples.Columns.Label)}': the label '{Excerpt.Cut(names[0])}' has "
                + "no row to train "
                + $"on{NearestName.Hint(names[0], known)}{(names.Count > 1 ? $", nor have {ColumnNames.List(names[1..])}" : "")}. Add "
                + "rows of it to the training file, or remove these.");
    }

    private void NoteRepeated(TableExamples train, TableExamples held, string part)
    {
        if (RepeatedTexts.Find(train.Rows, held.Rows) is { Count: > 0 } repeated)
            _notices.Add(string.Create(CultureInfo.InvariantCulture,
                $"{repeated.Count:N0} of {held.Rows.Count:N0} {part} rows have a text that is also trained on, as "
                    + $"'{Excerpt.Line(repeated.Text)}' ({held.Place(repeated.Row!)}), so that the {part} scores may be too high; `peft "
                    + $"data check` shows them"));
    }

    private static Example Encode(TableExample row, Dictionary<string, int> indices) => row.Labels.Count == 1
        ? new Example(row.Text, row.Pair, indices.GetValueOrDefault(row.Labels[0])) { Classes = Classes(row, indices) }
        : new Example(row.Text, row.Pair, (float)row.Target) { Classes = Classes(row, indices) };

    private static IReadOnlyList<int>? Classes(TableExample row, Dictionary<string, int> indices) =>
        indices.Count == 0 ? null : [.. row.Labels.Where(indices.ContainsKey).Select(label => indices[label]).Order()];
}
