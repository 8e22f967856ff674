namespace Peft.Data;

/// <summary>
/// The eight GLUE tasks of the adapter literature. Classes are numbered as in Hugging Face's files (MNLI: entailment 0, neutral 1,
/// contradiction 2; QNLI and RTE: entailment 0, not_entailment 1). AdaMix selects the best epoch by accuracy (its scripts do so for every
/// task). For MRPC and QQP it averages accuracy with RoBERTa and F1 with BERT; here accuracy selects the epoch and both are reported. For
/// CoLA, Matthews correlation selects the epoch, and for STS-B, Pearson's: the metrics reported for them.
/// </summary>
public static class GlueTasks
{
    /// <summary>Acceptability of one sentence.</summary>
    public static TaskDefinition Cola { get; } = new(
        "cola", "CoLA", ["unacceptable", "acceptable"], false, MetricKind.Matthews, [MetricKind.Matthews, MetricKind.Accuracy]);

    /// <summary>Inference, three classes.</summary>
    public static TaskDefinition Mnli { get; } = new(
        "mnli", "MNLI", ["entailment", "neutral", "contradiction"], true, MetricKind.Accuracy, [MetricKind.Accuracy]);

    /// <summary>Paraphrases in news.</summary>
    public static TaskDefinition Mrpc { get; } = new(
        "mrpc", "MRPC", ["not_equivalent", "equivalent"], true, MetricKind.Accuracy, [MetricKind.Accuracy, MetricKind.F1]);

    /// <summary>Whether a sentence answers a question.</summary>
    public static TaskDefinition Qnli { get; } =
        new("qnli", "QNLI", ["entailment", "not_entailment"], true, MetricKind.Accuracy, [MetricKind.Accuracy]);

    /// <summary>Duplicate questions.</summary>
    public static TaskDefinition Qqp { get; } = new(
        "qqp", "QQP", ["not_duplicate", "duplicate"], true, MetricKind.Accuracy, [MetricKind.Accuracy, MetricKind.F1]);

    /// <summary>Inference, two classes.</summary>
    public static TaskDefinition Rte { get; } =
        new("rte", "RTE", ["entailment", "not_entailment"], true, MetricKind.Accuracy, [MetricKind.Accuracy]);

    /// <summary>Sentiment of film reviews.</summary>
    public static TaskDefinition Sst2 { get; } =
        new("sst2", "SST-2", ["negative", "positive"], false, MetricKind.Accuracy, [MetricKind.Accuracy])
    {
        Aliases = ["sst"],
    };

    /// <summary>Similarity of two sentences, from 0 to 5.</summary>
    public static TaskDefinition Stsb { get; } =
        new("stsb", "STS-B", [], true, MetricKind.Pearson, [MetricKind.Pearson, MetricKind.Spearman])
    {
        Aliases = ["sts"],
    };

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<TaskDefinition> All { get; } = [Cola, Mnli, Mrpc, Qnli, Qqp, Rte, Sst2, Stsb];

    /// <summary>Finds a task by name or alias; case, - and _ do not matter.</summary>
    /// <exception cref="UnknownTaskException">The task is unknown; the message lists all.</exception>
    public static TaskDefinition Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return All.FirstOrDefault(task => task.IsNamed(name))
            ?? throw new UnknownTaskException($"There is no task '{Excerpt.Cut(name)}'. Known: "
                + $"{string.Join(", ", All.Select(task => task.Name))}.");
    }
}
