using System.Globalization;

namespace Peft.Training;

/// <summary>Compares a finished run with the majority baseline and suggests settings to change.</summary>
internal static class RunAdvice
{
    /// <summary>A run within these points of the baseline has hardly learned its task.</summary>
    private const double Margin = 0.02;

    /// <summary>Metrics, each with the value of a model that always gives the same answer.</summary>
    private static readonly (string Metric, Func<RunResult, double?> Baseline)[] s_baselines =
    [
        (Evaluator.NameOf(Data.MetricKind.Accuracy), result => result.MajorityShare),
        (Evaluator.NameOf(Data.MetricKind.Matthews), _ => 0),
    ];

    /// <summary>A notice for a run that ended near the majority baseline, or none.</summary>
    public static IEnumerable<string> Compare(RunResult result, AdapterSpec method)
    {
        if (result.Cancelled)
            yield break;
        foreach (var (metric, baselineOf) in s_baselines)
        {
            if (!result.Metrics.TryGetValue(metric, out var value) || baselineOf(result) is not { } baseline)
                continue;
            if (value < baseline + Margin)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{metric} {100 * value:F1} is less than two points above the majority baseline, {100 * baseline:F1}: the model has "
                        + $"hardly learned the task. Try {string.Join(", ", Suggestions(result, method))}");
            }

            yield break; // the first metric that has a baseline decides
        }
    }

    private static IEnumerable<string> Suggestions(RunResult result, AdapterSpec method)
    {
        var options = result.Settings;
        if (result.EndedBy == RunEnd.MaxSteps)
            yield return string.Create(CultureInfo.InvariantCulture, $"a larger --max-steps (now {options.MaxSteps})");
        var rate = options.LearningRate ?? 0;
        yield return string.Create(
            CultureInfo.InvariantCulture, $"another --learning-rate (now {rate:G3}; try {rate * 3:G3} and {rate / 3:G3})");
        yield return string.Create(CultureInfo.InvariantCulture, $"more --epochs (now {options.Epochs})");
        if (method.Mixture is { Experts: > 1 } mixture)
        {
            if (mixture.Consistency > 0)
                yield return "no consistency loss (--set adamix.consistency=0), which slows the start";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"or fewer experts (--set adamix.experts={mixture.Experts / 2}, now {mixture.Experts}): each expert of a mixture sees only "
                    + $"a part of the updates");
        }
    }
}
