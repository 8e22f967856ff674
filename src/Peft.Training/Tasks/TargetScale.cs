namespace Peft.Training;

/// <summary>
/// Standardises the targets of a regression: (target - mean) / deviation, with the mean and standard deviation of the training targets. A
/// model starts near 0 and learns slowly where targets are far from it.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation, above 0.</param>
internal sealed record TargetScale(double Mean, double Deviation)
{
    /// <summary>The scale that changes nothing.</summary>
    public static TargetScale None { get; } = new(0, 1);

    /// <summary>The scale that a run stored.</summary>
    public static TargetScale Stored(TaskState? state) => state is { TargetMean: { } mean, TargetDeviation: { } deviation }
        ? new TargetScale(mean, deviation) : None;

    /// <summary>The scale of targets.</summary>
    public static TargetScale Measure(ReadOnlySpan<float> targets)
    {
        var (mean, squares) = (0.0, 0.0);
        foreach (var target in targets)
            mean += target / targets.Length;
        foreach (var target in targets)
            squares += (target - mean) * (target - mean) / targets.Length;
        var deviation = Math.Sqrt(squares);
        return new TargetScale(mean, deviation > 0 && double.IsFinite(deviation) ? deviation : 1);
    }

    /// <summary>Converts standardised outputs to the scale of the targets, in place.</summary>
    public void Restore(Span<float> outputs)
    {
        if (this == None)
            return;
        foreach (ref var output in outputs)
            output = (float)(output * Deviation + Mean);
    }
}
