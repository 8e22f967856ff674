namespace Peft.Training;

/// <summary>Checks the values of a result from a file, which may come from an untrusted source.</summary>
internal static class RunResultCheck
{
    /// <summary>The first problem; null if there is none.</summary>
    public static string? Problem(RunResult result)
    {
        if (!result.Metrics.ContainsKey(result.PrimaryMetric))
            return $"has no metric '{result.PrimaryMetric}', which its primaryMetric names.";
        foreach (var (name, value) in Counts(result))
        {
            if (!(value >= 0))
                return $"has {name} {value.ToString(System.Globalization.CultureInfo.InvariantCulture)}; expected a number of at least 0.";
        }

        try
        {
            foreach (var option in RunOption.All)
                option.Check(result.Settings);
            return null;
        }
        catch (TrainingOptionsException problem)
        {
            return $"has a setting that no run can have: {problem.Option}: {problem.Problem}.";
        }
    }

    private static IEnumerable<(string Name, double Value)> Counts(RunResult result) =>
    [
        ("trainRows", result.TrainRows), ("devRows", result.DevRows), ("selectedEpoch", result.SelectedEpoch), ("steps", result.Steps),
        ("seconds", result.Seconds), ("peakBytes", result.PeakBytes), ("parameters.tunable", result.Parameters.Tunable),
        ("parameters.trained", result.Parameters.Trained), ("parameters.head", result.Parameters.Head),
        ("parameters.backbone", result.Parameters.Backbone), ("majorityShare", result.MajorityShare ?? 0),
    ];
}
