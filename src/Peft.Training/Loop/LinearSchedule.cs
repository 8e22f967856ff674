namespace Peft.Training;

/// <summary>The learning rate schedule: linear from 0 over the warm-up, then linear to 0 at the last step.</summary>
/// <param name="highest">The learning rate at the end of the warm-up.</param>
/// <param name="warmupSteps">The number of warm-up steps.</param>
/// <param name="totalSteps">The number of all steps.</param>
internal sealed class LinearSchedule(double highest, int warmupSteps, int totalSteps)
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The rate.</returns>
    public double At(int step) => step < warmupSteps
        ? highest * step / Math.Max(1, warmupSteps)
        : highest * Math.Max(0, totalSteps - step) / Math.Max(1, totalSteps - warmupSteps);
}
