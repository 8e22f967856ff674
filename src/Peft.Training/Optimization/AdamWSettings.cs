namespace Peft.Training;

/// <summary>Settings of AdamW that do not change between steps.</summary>
/// <param name="Decay">Weight decay of the parameters that are decayed.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
internal sealed record AdamWSettings(double Decay, double Epsilon)
{
    public const double Beta1 = 0.9;
    public const double Beta2 = 0.999;

    /// <summary>Computes the coefficients of one update of a parameter.</summary>
    /// <param name="state">The parameter; its step count already includes this update.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="scale">The factor that gradients are multiplied by, for clipping.</param>
    public AdamWNumbers Numbers(AdamWState state, double rate, double scale) => new(
        scale,
        state.Decays ? 1 - rate * Decay : 1,
        rate / (1 - Math.Pow(Beta1, state.Steps)),
        Math.Sqrt(1 - Math.Pow(Beta2, state.Steps)),
        Epsilon);
}

/// <summary>
/// p = Keep p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p = p - Size m / (sqrt v / Root + Epsilon), with g = Scale gradient.
/// </summary>
/// <param name="Scale">The factor that gradients are multiplied by.</param>
/// <param name="Keep">1 - rate * decay.</param>
/// <param name="Size">rate / (1 - b1^t).</param>
/// <param name="Root">sqrt(1 - b2^t).</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
internal readonly record struct AdamWNumbers(double Scale, double Keep, double Size, double Root, double Epsilon);
