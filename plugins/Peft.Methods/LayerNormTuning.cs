using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>LN tuning: weight and bias of every LayerNorm, as deltas (Zhao et al. 2023).</summary>
[PeftMethod("ln-tuning", Paper = "https://arxiv.org/abs/2312.11420", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.EmbeddingNorm, Site.AttentionNorm, Site.FeedForwardNorm, Site.FinalNorm)]
public sealed partial class LayerNormTuning : NormMethod
{
    [Trainable("Hidden", Group = "weight")] private partial Tensor WeightDelta { get; }

    [Trainable("Hidden", Group = "bias")] private partial Tensor BiasDelta { get; }

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override NormParameters Apply(NormParameters norm) => new(norm.Weight + WeightDelta, norm.Bias + BiasDelta);
}
