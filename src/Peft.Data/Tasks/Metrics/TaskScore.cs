namespace Peft.Data;

/// <summary>A model's scores on a task.</summary>
/// <param name="Primary">The value that selects the best epoch, the larger the better; of an error, its negative.</param>
/// <param name="Values">Every metric of the task.</param>
internal sealed record TaskScore(double Primary, IReadOnlyDictionary<MetricKind, double> Values)
{
    /// <summary>
    /// Scores a model's raw outputs. The predicted class is the index of the largest output, the first at a tie; NaN is never the largest.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="outputs">Row after row, <see cref="TaskDefinition.OutputCount"/> values each: logits, or the predicted value.</param>
    /// <param name="labels">One per row, as in <see cref="Example.Label"/>.</param>
    /// <param name="sets">The classes of each row of a task whose examples may have several; null for every other.</param>
    /// <param name="thresholds">The probability from which each of several classes is predicted; null for a half.</param>
    /// <exception cref="ArgumentException">The number of outputs does not match, or there are none.</exception>
    public static TaskScore Compute(
        TaskDefinition task, ReadOnlySpan<float> outputs, ReadOnlySpan<float> labels, IReadOnlyList<IReadOnlyList<int>>? sets = null,
        IReadOnlyList<double>? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (outputs.Length != labels.Length * task.OutputCount)
        {
            throw new ArgumentException(
                $"{task.DisplayName}: {labels.Length} rows of {task.OutputCount} outputs make {labels.Length * task.OutputCount} values, "
                + $"found {outputs.Length}.");
        }

        var values = task.IsMultiLabel ? Sets(task, outputs, sets!, thresholds)
            : task.IsRegression ? Numbers(task, outputs, labels) : Classes(task, outputs, labels);
        return new TaskScore(MetricNames.Rank(task.PrimaryMetric, values[task.PrimaryMetric]), values);
    }

    private static Dictionary<MetricKind, double> Classes(TaskDefinition task, ReadOnlySpan<float> outputs, ReadOnlySpan<float> labels)
    {
        var predictions = Predicted(task, outputs);
        var classes = new int[labels.Length];
        for (var row = 0; row < labels.Length; row++)
            classes[row] = (int)labels[row];

        return task.MetricsReported.ToDictionary(metric => metric, metric => metric switch
        {
            MetricKind.Accuracy => ClassificationMetrics.Accuracy(predictions, classes),
            MetricKind.F1 => ClassificationMetrics.F1(predictions, classes),
            MetricKind.Matthews => ClassificationMetrics.Matthews(predictions, classes),
            MetricKind.MacroF1 => ClassScores.Count(predictions, classes, task.Labels.Count).MacroF1,
            _ => throw new ArgumentException($"{task.DisplayName}: {metric} judges numbers, not classes."),
        });
    }

    private static Dictionary<MetricKind, double> Numbers(TaskDefinition task, ReadOnlySpan<float> outputs, ReadOnlySpan<float> labels)
    {
        var predictions = Array.ConvertAll(outputs.ToArray(), value => (double)value);
        var numbers = Array.ConvertAll(labels.ToArray(), value => (double)value);
        return task.MetricsReported.ToDictionary(metric => metric, metric => metric switch
        {
            MetricKind.Pearson => CorrelationMetrics.Pearson(predictions, numbers),
            MetricKind.Spearman => CorrelationMetrics.Spearman(predictions, numbers),
            MetricKind.Rmse => CorrelationMetrics.Rmse(predictions, numbers),
            _ => throw new ArgumentException($"{task.DisplayName}: {metric} judges classes, not numbers."),
        });
    }

    /// <summary>The predicted class of each row.</summary>
    public static int[] Predicted(TaskDefinition task, ReadOnlySpan<float> outputs)
    {
        var predictions = new int[outputs.Length / task.OutputCount];
        for (var row = 0; row < predictions.Length; row++)
            predictions[row] = Largest(outputs.Slice(row * task.OutputCount, task.OutputCount));
        return predictions;
    }

    private static Dictionary<MetricKind, double> Sets(
        TaskDefinition task, ReadOnlySpan<float> outputs, IReadOnlyList<IReadOnlyList<int>> sets, IReadOnlyList<double>? thresholds)
    {
        var scores = ClassScores.Count(MultiLabelMetrics.Decide(outputs, task.OutputCount, thresholds), sets, task.OutputCount);
        var exact = MultiLabelMetrics.SubsetAccuracy(MultiLabelMetrics.Decide(outputs, task.OutputCount, thresholds), sets);
        return task.MetricsReported.ToDictionary(metric => metric, metric => metric switch
        {
            MetricKind.MicroF1 => scores.MicroF1,
            MetricKind.MacroF1 => scores.MacroF1,
            MetricKind.SubsetAccuracy => exact,
            _ => throw new ArgumentException($"{task.DisplayName}: {metric} does not judge sets of classes."),
        });
    }

    private static int Largest(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] > row[best] || (float.IsNaN(row[best]) && !float.IsNaN(row[i]))) best = i;
        }

        return best;
    }
}
