using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>BitFit on linear maps: y = W x + b + d, d trained beside the frozen b (Ben Zaken et al. 2022, section 2).</summary>
/// <remarks>The paper's half-size variant is <c>--set bitfit-linear.sites=query+feedForwardUp</c> without <c>bitfit-norm</c>.</remarks>
[PeftMethod("bitfit-linear", Paper = "https://arxiv.org/abs/2106.10199", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.Query, Site.Key, Site.Value, Site.AttentionOutput, Site.FeedForwardUp, Site.FeedForwardDown, Site.Pooler)]
public sealed partial class BitFitLinear : ProjectionMethod
{
    [Trainable("Out", Group = "bias")] private partial Tensor BiasDelta { get; }

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor x, Tensor y) => y + BiasDelta;

    /// <inheritdoc/>
    protected override WeightDelta Delta() => new(null, BiasDelta.clone());
}
