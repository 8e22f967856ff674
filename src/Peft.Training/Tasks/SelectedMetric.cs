using Peft.Data;

namespace Peft.Training;

/// <summary>The metric that selects the epoch.</summary>
internal static class SelectedMetric
{
    /// <summary>The task with another primary metric.</summary>
    /// <param name="task">The task.</param>
    /// <param name="name">The metric's name; null for the task's own.</param>
    /// <exception cref="TrainingOptionsException">The task has no such metric.</exception>
    public static TaskDefinition Apply(TaskDefinition task, string? name)
    {
        if (name is null)
            return task;
        var names = task.MetricsReported.ToDictionary(MetricNames.NameOf);
        return names.TryGetValue(name.Trim().ToLowerInvariant(), out var metric)
            ? task with { PrimaryMetric = metric }
            : throw new TrainingOptionsException(
                "metric", $"'{Excerpt.Cut(name)}' is none of the metrics of task {task.Name}{NearestName.Hint(name, names.Keys)}; "
                    + $"expected one of {string.Join(", ", names.Keys)}");
    }
}
