namespace Peft.Training;

/// <summary>Rejects settings that a task on a user's own data does not use, so that they are not silently ignored.</summary>
internal static class OwnOptions
{
    /// <summary>Checks the settings.</summary>
    /// <param name="options">The run's settings.</param>
    /// <param name="isGenerated">Whether the task trains a language model.</param>
    /// <exception cref="TrainingOptionsException">A setting belongs to another task.</exception>
    public static void Check(TrainingOptions options, bool isGenerated)
    {
        TrainingOptionsCheck.RefusePromptOptions(options);
        var standard = new TrainingOptions();
        string? found = options switch
        {
            { PairColumn: not null } => "pair-column",
            { GroupColumn: not null } => "group-column",
            _ when options.ClassWeights != standard.ClassWeights => "class-weights",
            _ when options.LabelSeparator != standard.LabelSeparator => "label-separator",
            { LabelSmoothing: > 0 } when !isGenerated => "label-smoothing",
            { Score: not null } when options.Task != CompletionTask.TaskName => "score",
            { Template: not null } when options.Task != CompletionTask.TaskName => "template",
            { WholeWords: true } when options.Task != PretrainingTask.TaskName => "whole-words",
            _ => null,
        };
        if (found is not null)
            throw new TrainingOptionsException(found, $"is not used by task {options.Task}; leave it out");
    }

    /// <summary>Rejects a metric that a task does not have.</summary>
    /// <param name="options">The run's settings.</param>
    /// <param name="metrics">The metrics of the task for which higher is better.</param>
    /// <exception cref="TrainingOptionsException">The metric is not one of them.</exception>
    public static void CheckMetric(TrainingOptions options, IReadOnlyCollection<string> metrics)
    {
        if (options.Metric is { } metric && !metrics.Contains(metric))
            throw new TrainingOptionsException("metric", $"'{Data.Excerpt.Cut(metric)}' does not select the epoch of task {options.Task}"
                + $"{NearestName.Hint(metric, metrics)}; there are {string.Join(", ", metrics)}");
    }
}
