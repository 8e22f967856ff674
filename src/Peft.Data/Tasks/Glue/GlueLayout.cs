namespace Peft.Data;

/// <summary>The columns of a task's texts and labels in GLUE's files.</summary>
/// <param name="Task">The task.</param>
/// <param name="Header">Columns that the header of the task's files must have; empty if the files have no header.</param>
/// <param name="Text">Column of the text.</param>
/// <param name="Pair">Column of the second text.</param>
/// <param name="Label">Column of the label.</param>
internal sealed record GlueLayout(TaskDefinition Task, string[] Header, string Text, string? Pair, string Label)
{
    /// <summary>Number of columns if there is no header.</summary>
    public const int HeaderlessColumns = 4;

    /// <summary>The files' spelling of the labels, in the order of the classes.</summary>
    public string[] FileLabels { get; init; } = ["0", "1"];

    /// <summary>Names of training files; the first existing one is used.</summary>
    public string[] TrainFiles { get; init; } = ["train.tsv", "train_subset.tsv"];

    /// <summary>Names of dev files; the first existing one is used.</summary>
    public string[] DevFiles { get; init; } = ["dev.tsv", "heldout_subset.tsv"];

    /// <summary>
    /// The number of columns of broken rows that the task's released files have. They are skipped and counted without being asked for, as
    /// GLUE's own loader does, so that the files load as they are.
    /// </summary>
    public int? BrokenColumns { get; init; }

    /// <summary>Range of the value to predict, for regression.</summary>
    public static (float Low, float High) ScoreRange => (0, 5);

    public static IReadOnlyList<GlueLayout> All { get; } =
    [
        new(GlueTasks.Cola, [], "3", null, "1"),
        new(GlueTasks.Mnli, ["sentence1", "sentence2", "gold_label"], "sentence1", "sentence2", "gold_label")
        {
            FileLabels = ["entailment", "neutral", "contradiction"],
            DevFiles = ["dev_matched.tsv", "dev.tsv", "heldout_subset.tsv"],
        },
        new(GlueTasks.Mrpc, ["Quality", "#1 String", "#2 String"], "#1 String", "#2 String", "Quality")
        {
            TrainFiles = ["train.tsv", "train_subset.tsv", MrpcRelease.Train],
            DevFiles = ["dev.tsv", "heldout_subset.tsv", MrpcRelease.Test],
        },
        new(GlueTasks.Qnli, ["question", "sentence", "label"], "question", "sentence", "label") {
            FileLabels = ["entailment", "not_entailment"] },
        new(GlueTasks.Qqp, ["question1", "question2", "is_duplicate"], "question1", "question2", "is_duplicate")
        {
            BrokenColumns = 3,
        },
        new(GlueTasks.Rte, ["sentence1", "sentence2", "label"], "sentence1", "sentence2", "label") {
            FileLabels = ["entailment", "not_entailment"] },
        new(GlueTasks.Sst2, ["sentence", "label"], "sentence", null, "label"),
        new(GlueTasks.Stsb, ["sentence1", "sentence2", "score"], "sentence1", "sentence2", "score") { FileLabels = [] },
    ];

    public static GlueLayout ForTask(TaskDefinition task) => All.First(layout => layout.Task == task);

    /// <summary>Whether a file with this first row can belong to the task.</summary>
    public bool Accepts(string[] firstRow)
    {
        // QNLI's columns include those of SST-2: a task with one text must not have a second one.
        if (Task == GlueTasks.Sst2 && firstRow.Contains("question")) return false;
        return Header.Length > 0 ? Header.All(firstRow.Contains) : firstRow.Length == HeaderlessColumns && FileLabels.Contains(firstRow[1]);
    }
}
