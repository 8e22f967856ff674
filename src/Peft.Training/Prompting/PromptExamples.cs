using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Reads the examples of a prompt: published few-shot files, and a user's own tables as the classification task reads them. Every label
/// must have a word.
/// </summary>
internal sealed class PromptExamples
{
    private readonly ClozePrompt _prompt;
    private readonly PromptFiles _files;
    private readonly TaskState? _state;
    private bool _isPublished;

    /// <param name="prompt">The prompt.</param>
    /// <param name="options">The run's settings.</param>
    /// <param name="state">What a finished run stored of its data; null before training.</param>
    public PromptExamples(ClozePrompt prompt, TrainingOptions options, TaskState? state)
    {
        options = options with { Task = PromptTask.TaskName };
        (_prompt, _state) = (prompt, state);
        _files = PromptFiles.Find(state is null ? options : TableColumns.Fill(options, state));
    }

    /// <summary>Whether rows with labels that have no word are kept, and pairs where the prompt has single texts, for a check.</summary>
    public bool IsTolerant { get; init; }

    /// <inheritdoc cref="TableLoader.NotesRepeated"/>
    public bool NotesRepeated { get; init; } = true;

    /// <summary>Whether the rows that are evaluated are a benchmark's test rows, which must not select the epoch.</summary>
    public bool AreTest => _files.SharedTest is not null;

    /// <summary>Reads the files, and divides the examples where there is no development file.</summary>
    /// <exception cref="TaskException">A file is missing or malformed, or a label has no word.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    public TaskData Load()
    {
        if (_files is { SharedTest: { } shared, Options.EarlyStopping: > 0 })
            throw new TrainingOptionsException(
                "early-stopping", $"needs development rows that select the epoch, and {shared} has test rows; give --dev, or leave it out");
        var data = new TableLoader(TableKind.Classification, _files.Options, _state)
        {
            KnownLabels = _prompt.Labels, ReadFile = Read, NotesRepeated = NotesRepeated,
        }.Load();
        return data with
        {
            Task = data.Task with { Name = PromptTask.TaskName, DisplayName = PromptTask.TaskName, IsPair = _prompt.Template.HasPair },
            Columns = _isPublished ? new Dictionary<string, string>() : data.Columns,
            Notices = _files.SharedTest is { } test
                ? [.. data.Notices, $"{test}: these test rows are evaluated; they select no epoch, so that the last one's weights are kept"]
                : data.Notices,
        };
    }

    /// <summary>Reads a file, with the prompt's labels.</summary>
    /// <exception cref="TaskException">The file is malformed, or a label has no word.</exception>
    public TableExamples Read(string file)
    {
        var published = file == TableStream.StandardInput ? null : Layouts()
            .Select(task => FewShotFile.Read(task, file, _files.Options.SkipMalformed)).FirstOrDefault(rows => rows is not null);
        if (published is null)
            CheckLayout(file);
        var examples = published is null
            ? new TableExampleReader(TableKind.Classification, _files.Options) { IsTolerant = IsTolerant }.Read(file)
            : Convert(file, published);
        _isPublished |= published is not null;
        if (!IsTolerant)
            CheckPairs(examples);
        return examples with { Rows = [.. examples.Rows.Select(row => row with { Labels = [Label(examples, row)] })] };
    }

    /// <summary>The layouts that a file may have: that of the prompt's task, or any for a user's own prompt.</summary>
    private IEnumerable<string> Layouts()
    {
        var names = BuiltInPrompts.All.Select(prompt => prompt.Name);
        return names.Contains(_prompt.Name) ? [_prompt.Name] : names;
    }

    /// <summary>Refuses a published file of pairs for a prompt on single texts, and the reverse.</summary>
    private void CheckLayout(string file)
    {
        var others = BuiltInPrompts.All.Where(other => other.Template.HasPair != _prompt.Template.HasPair).Select(other => other.Name);
        if (file != TableStream.StandardInput
            && others.FirstOrDefault(other => FewShotFile.Read(other, file, skipMalformed: true) is not null) is { } found)
            throw new PromptException($"{file}: is a few-shot file of {found}, and prompt '{_prompt.Name}' has "
                + $"{(_prompt.Template.HasPair ? "{text} and {pair}" : "{text} only")}; give --prompt {found}, or a prompt of your own.");
    }

    private static TableExamples Convert(string file, FewShotRows rows) => new(
        file, "line", new TableColumns("text", rows.Rows.Any(row => row.Pair is not null) ? "pair" : null, "label", Group: null),
        [.. rows.Rows.Select(row => new TableExample(row.Text, row.Pair, [row.Label, row.Spelling], 0, Group: null, row.Line))],
        rows.Skipped);

    private void CheckPairs(TableExamples examples)
    {
        if (_prompt.Template.HasPair && examples.Columns.Pair is null)
            throw new PromptException($"{examples.File}: has one text, column '{Excerpt.Line(examples.Columns.Text)}', and prompt "
                + $"'{_prompt.Name}' has two, {{text}} and {{pair}}; name the second one with --pair-column, or give another --prompt.");
        if (!_prompt.Template.HasPair && examples.Columns.Pair is { } pair)
            throw new PromptException($"{examples.File}: has pairs of texts, columns '{Excerpt.Line(examples.Columns.Text)}' and "
                + $"'{Excerpt.Line(pair)}', and prompt '{_prompt.Name}' has {{text}} only; name the text with --text-column, or give a "
                + "prompt with {pair}.");
    }

    private string Label(TableExamples examples, TableExample row) =>
        row.Labels.Select(_prompt.LabelOf).FirstOrDefault(label => label is not null)
        ?? (IsTolerant ? row.Labels[0] : null) ?? throw new TaskLabelException(
            $"{examples.Place(row)}: the label '{Excerpt.Line(row.Labels[^1])}' has no word in prompt '{_prompt.Name}'"
                + $"{NearestName.Hint(row.Labels[0], _prompt.Labels)}; its labels: {ColumnNames.List(_prompt.Labels)}. Add it under words "
                + "in a file for --prompt, or correct the row.");
}
