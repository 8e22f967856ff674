using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>Turns the outputs of a task with a label, labels or a number for each row into predictions.</summary>
/// <param name="definition">The task.</param>
/// <param name="thresholds">For each label of a multi-label task, the probability from which it is predicted; null for a half.</param>
internal sealed class ClassAnswers(TaskDefinition definition, IReadOnlyList<double>? thresholds)
{
    /// <summary>The prediction of a row.</summary>
    /// <param name="text">The row's text.</param>
    /// <param name="logits">As many outputs as the task has.</param>
    public Prediction Describe(string text, float[] logits)
    {
        if (definition.IsRegression)
            return new Prediction(text, logits[0].ToString("F3", CultureInfo.InvariantCulture), null, []) { Score = logits[0] };
        if (definition.IsMultiLabel)
            return Several(text, logits);
        var highest = logits.Max();
        var sum = logits.Sum(logit => Math.Exp(logit - highest));
        var classes = logits.Select((logit, index) => new ClassProbability(definition.Labels[index], Math.Exp(logit - highest) / sum))
            .OrderByDescending(candidate => candidate.Probability).ToList();
        return new Prediction(text, classes[0].Label, classes[0].Probability, classes);
    }

    /// <summary>The labels whose probability reaches their threshold, and the probability of every label.</summary>
    private Prediction Several(string text, float[] logits)
    {
        var chosen = MultiLabelMetrics.Decide(logits, definition.OutputCount, thresholds)[0];
        var classes = logits.Select((logit, index) => new ClassProbability(definition.Labels[index], MultiLabelMetrics.Probability(logit)))
            .OrderByDescending(candidate => candidate.Probability).ToList();
        string[] labels = [.. chosen.Select(index => definition.Labels[index])];
        return new Prediction(text, string.Join(", ", labels), null, classes) { Labels = labels };
    }
}
