using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>
/// (IA)^3: keys, values and the inner feed-forward activations, each multiplied by a trained vector (Liu et al. 2022, section 3.3).
/// </summary>
[PeftMethod("ia3", Paper = "https://arxiv.org/abs/2205.05638", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.Key, Site.Value, Site.FeedForwardDown)]
public sealed partial class Ia3 : ProjectionMethod
{
    [Trainable("Out", Init = Init.Ones, When = nameof(ScalesOutput))] private partial Tensor OutputScale { get; }

    [Trainable("In", Init = Init.Ones, When = nameof(ScalesInput))] private partial Tensor InputScale { get; }

    /// <summary>The input of the second feed-forward map consists of the inner activations.</summary>
    private bool ScalesInput => Site == Site.FeedForwardDown;

    private bool ScalesOutput => !ScalesInput;

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor ApplyToInput(Tensor x) => ScalesInput ? x * InputScale : x;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor x, Tensor y) => ScalesInput ? y : y * OutputScale;

    /// <inheritdoc/>
    protected override WeightDelta Delta() => ScalesInput
        ? new(FrozenWeight * (InputScale - 1))
        : new(FrozenWeight * (OutputScale - 1).unsqueeze(1), FrozenBias is { } bias ? bias * (OutputScale - 1) : null);
}
