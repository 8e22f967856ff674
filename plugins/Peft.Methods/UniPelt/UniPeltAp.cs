namespace Peft.Methods;

/// <summary>UniPELT (AP): prefix and Pfeiffer adapter at once, each with a gate (Mao et al. 2022, section 3.3).</summary>
[PeftMethod("unipelt-ap", Paper = "https://arxiv.org/abs/2110.07577")]
[Part("prefix", "gated=true", "length=10", "middle=512"), Part("pfeiffer", "gated=true", "reductionFactor=16")]
public sealed partial class UniPeltAp : CompositeMethod;
