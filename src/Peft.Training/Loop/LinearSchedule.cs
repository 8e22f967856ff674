namespace Peft.Training;

/// <summary>The learning rate: linear from 0 over the warm-up, then linear to 0 at the last step.</summary>
/// <param name="highest">The rate at the end of the warm-up.</param>
/// <param name="warmupSteps">Steps of warm-up.</param>
/// <param name="totalSteps">All steps.</param>
public sealed class LinearSchedule(double highest, int warmupSteps, int totalSteps)
{
    /// <summary>The rate for a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The rate.</returns>
    public double At(int step) => step < warmupSteps
        ? highest * step / Math.Max(1, warmupSteps)
        : highest * Math.Max(0, totalSteps - step) / Math.Max(1, totalSteps - warmupSteps);
}
