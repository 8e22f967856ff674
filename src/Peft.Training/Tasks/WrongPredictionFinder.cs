using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>Lists the wrong predictions of a task with a label, labels or a number for each row.</summary>
/// <param name="task">The task.</param>
/// <param name="examples">The rows.</param>
/// <param name="thresholds">For each label of a multi-label task, the probability from which it is predicted; null for a half.</param>
internal sealed class WrongPredictionFinder(TaskDefinition task, IReadOnlyList<Example> examples, IReadOnlyList<double>? thresholds)
{
    /// <summary>Lists wrong predictions, the most confident first; of numbers, the largest differences first.</summary>
    /// <param name="outputs">Row after row, as many outputs as the task has.</param>
    /// <param name="most">How many are listed.</param>
    public IReadOnlyList<WrongPrediction> Find(float[] outputs, int most)
    {
        var width = task.OutputCount;
        return
        [
            .. Enumerable.Range(0, examples.Count)
                .Select(row => (Row: row, Confidence: Confidence(examples[row], outputs.AsSpan(row * width, width))))
                .Where(one => one.Confidence is not null)
                .OrderByDescending(one => one.Confidence).ThenBy(one => one.Row).Take(most)
                .Select(one => Describe(one.Row, one.Confidence!.Value, outputs.AsSpan(one.Row * width, width))),
        ];
    }

    /// <summary>The probability of a wrong prediction, or its distance from the number; null for a correct one.</summary>
    private double? Confidence(Example example, ReadOnlySpan<float> outputs)
    {
        if (task.IsRegression)
            return Math.Abs(outputs[0] - (double)example.Label) is > 0 and var difference ? difference : null;
        if (!task.IsMultiLabel)
            return Highest(outputs) is var predicted && predicted == (int)example.Label ? null : Probability(outputs, predicted);
        var (highest, chosen) = ((double?)null, MultiLabelMetrics.Decide(outputs, task.OutputCount, thresholds)[0]);
        for (var index = 0; index < outputs.Length; index++)
        {
            var isChosen = chosen.Contains(index);
            if (isChosen == (example.Classes ?? []).Contains(index))
                continue;
            var probability = MultiLabelMetrics.Probability(outputs[index]);
            highest = Math.Max(highest ?? 0, isChosen ? probability : 1 - probability);
        }

        return highest;
    }

    private WrongPrediction Describe(int row, double confidence, ReadOnlySpan<float> outputs)
    {
        var example = examples[row];
        if (task.IsRegression)
            return new WrongPrediction(row + 1, example.Text, example.Pair, Number(example.Label), Number(outputs[0]))
            {
                Difference = outputs[0] - (double)example.Label,
            };
        var (actual, predicted) = task.IsMultiLabel
            ? (Names(example.Classes ?? []), Names(MultiLabelMetrics.Decide(outputs, task.OutputCount, thresholds)[0]))
            : (task.Labels[(int)example.Label], task.Labels[Highest(outputs)]);
        return new WrongPrediction(row + 1, example.Text, example.Pair, actual, predicted) { Probability = confidence };
    }

    private string Names(IReadOnlyList<int> classes) => string.Join(", ", classes.Select(index => task.Labels[index]));

    private static string Number(float value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The index of the largest output, the first of equal ones.</summary>
    private int Highest(ReadOnlySpan<float> outputs) => TaskScore.Predicted(task, outputs)[0];

    /// <summary>The softmax of the outputs at an index.</summary>
    private static double Probability(ReadOnlySpan<float> outputs, int index)
    {
        var sum = 0.0;
        foreach (var output in outputs)
            sum += Math.Exp(output - (double)outputs[index]);
        return 1 / sum;
    }
}
