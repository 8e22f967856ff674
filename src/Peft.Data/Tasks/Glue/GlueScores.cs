namespace Peft.Data;

/// <summary>Which metric of each GLUE task a table reports and averages.</summary>
public enum GlueConvention
{
    /// <summary>Table 1 of AdaMix (RoBERTa): accuracy of QQP and MRPC, Matthews of CoLA, Pearson of STS-B, matched accuracy of
    /// MNLI.</summary>
    Accuracy,

    /// <summary>Table 2 of AdaMix (BERT): the same, with F1 of QQP and MRPC.</summary>
    F1,

    /// <summary>
    /// The leaderboard of GLUE (Wang et al. 2019, section 4): a task's metrics are averaged first, MNLI's matched and mismatched accuracy
    /// too. WNLI, which no adapter paper reports, is left out.
    /// </summary>
    Leaderboard,
}

/// <summary>Scores of GLUE's tasks as published tables report them, and their average.</summary>
public static class GlueScores
{
    /// <summary>The prefix of the metrics of MNLI's mismatched part.</summary>
    public const string Mismatched = "mismatched_";

    /// <summary>The tasks in the order of AdaMix's tables.</summary>
    public static IReadOnlyList<TaskDefinition> Tasks { get; } =
    [
        GlueTasks.Mnli, GlueTasks.Qnli, GlueTasks.Sst2, GlueTasks.Qqp, GlueTasks.Mrpc, GlueTasks.Cola, GlueTasks.Rte, GlueTasks.Stsb,
    ];

    /// <summary>The names of the metrics whose mean is a task's score.</summary>
    /// <param name="task">One of <see cref="Tasks"/>.</param>
    /// <param name="convention">The table.</param>
    /// <returns>One or two names. A metric that a run lacks, such as MNLI's mismatched accuracy, is left out of the mean.</returns>
    public static IReadOnlyList<string> MetricsOf(TaskDefinition task, GlueConvention convention)
    {
        ArgumentNullException.ThrowIfNull(task);
        IReadOnlyList<MetricKind> kinds = convention switch
        {
            GlueConvention.Leaderboard when task != GlueTasks.Cola => task.MetricsReported,
            GlueConvention.F1 when task.MetricsReported.Contains(MetricKind.F1) => [MetricKind.F1],
            _ => [task.PrimaryMetric],
        };
        var names = kinds.Select(MetricNames.NameOf);
        return convention == GlueConvention.Leaderboard && task == GlueTasks.Mnli ? [.. names, Mismatched + "accuracy"] : [.. names];
    }

    /// <summary>A task's score.</summary>
    /// <param name="task">One of <see cref="Tasks"/>.</param>
    /// <param name="metrics">A run's metrics by name, as fractions.</param>
    /// <param name="convention">The table.</param>
    /// <returns>The score; null if the run has none of its metrics.</returns>
    public static double? Score(TaskDefinition task, IReadOnlyDictionary<string, double> metrics, GlueConvention convention)
    {
        var found = MetricsOf(task, convention).Where(metrics.ContainsKey).Select(name => metrics[name]).ToList();
        return found.Count == 0 ? null : found.Average();
    }

    /// <summary>The mean over all tasks.</summary>
    /// <param name="scores">A score for each task, by the task's name.</param>
    /// <returns>The mean; null if a task is missing, because averages over other tasks cannot be compared.</returns>
    public static double? Average(IReadOnlyDictionary<string, double> scores) =>
        Tasks.All(task => scores.ContainsKey(task.Name)) ? Tasks.Average(task => scores[task.Name]) : null;
}
