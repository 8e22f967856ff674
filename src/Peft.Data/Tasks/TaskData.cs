namespace Peft.Data;

/// <summary>A task with its examples.</summary>
/// <param name="Task">The task.</param>
/// <param name="Train">Training examples.</param>
/// <param name="Dev">Development examples.</param>
public sealed record TaskData(TaskDefinition Task, TaskSplit Train, TaskSplit Dev)
{
    /// <summary>The test examples, which are scored once, after training; null for none.</summary>
    public TaskSplit? Test { get; init; }

    /// <summary>
    /// Further development examples by the prefix of their metrics: <c>mismatched_</c> for MNLI's mismatched part. They are scored once,
    /// after training, and in evaluations.
    /// </summary>
    public IReadOnlyDictionary<string, TaskSplit> Further { get; init; } = new Dictionary<string, TaskSplit>();

    /// <summary>
    /// The names of the columns of a user's own table, by their part: <c>text</c>, <c>pair</c>, <c>label</c>; null for published tasks.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Columns { get; init; }

    /// <summary>Notices for the user: skipped rows, or a file that was read in place of another.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The files of all parts.</summary>
    internal IReadOnlyList<string> Files =>
        [.. new[] { Train.File, Dev.File, Test?.File }.OfType<string>(), .. Further.Values.Select(one => one.File)];

    /// <summary>The share of the largest class of the development examples; null where an example has no single class.</summary>
    internal double? MajorityShare => Task.IsRegression || Task.IsMultiLabel
        ? null
        : Dev.Examples.GroupBy(example => example.Label).Max(group => group.Count()) / (double)Dev.Examples.Count;

    /// <summary>
    /// Reads a task from a folder in GLUE's layout. The training file is <c>train.tsv</c>, else <c>train_subset.tsv</c>; the dev file is
    /// <c>dev.tsv</c> (MNLI: <c>dev_matched.tsv</c>, and <c>dev_mismatched.tsv</c> as <see cref="Further"/>), else
    /// <c>heldout_subset.tsv</c>. The folder may also be the parent folder, which contains one folder per task. MRPC is also read from
    /// Microsoft's own files, <c>msr_paraphrase_train.txt</c> and <c>msr_paraphrase_test.txt</c>; with GLUE's list of ids,
    /// <c>dev_ids.tsv</c>, the dev rows are those of the training file.
    /// </summary>
    /// <param name="taskName">A name or alias of one of <see cref="GlueTasks.All"/>.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Limits, other files; <see langword="null"/>: all examples of the usual files.</param>
    /// <exception cref="UnknownTaskException">The task is unknown.</exception>
    /// <exception cref="TaskFileNotFoundException">The folder or a file is missing; the message lists the existing files.</exception>
    /// <exception cref="TaskHeaderException">A file belongs to another task.</exception>
    /// <exception cref="TaskFileFormatException">A file is empty, is not UTF-8, or a row has the wrong number of columns.</exception>
    /// <exception cref="TaskLabelException">A label is unknown or out of range.</exception>
    /// <exception cref="MalformedFileException">More than half of a file's rows are malformed, which are to be skipped.</exception>
    public static TaskData Load(string taskName, string folder, TaskLoadOptions? options = null) =>
        GlueReader.Load(GlueTasks.Find(taskName), folder, options ?? new TaskLoadOptions());
}
