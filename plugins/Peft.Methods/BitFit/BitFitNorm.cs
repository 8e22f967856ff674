using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>BitFit on norms: the bias of a LayerNorm plus d (Ben Zaken et al. 2022, section 2).</summary>
[PeftMethod("bitfit-norm", Paper = "https://arxiv.org/abs/2106.10199", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.EmbeddingNorm, Site.AttentionNorm, Site.FeedForwardNorm, Site.FinalNorm)]
public sealed partial class BitFitNorm : NormMethod
{
    [Trainable("Hidden", Group = "bias")] private partial Tensor BiasDelta { get; }

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override NormParameters Apply(NormParameters norm) => norm with { Bias = norm.Bias + BiasDelta };
}
