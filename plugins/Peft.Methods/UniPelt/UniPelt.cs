namespace Peft.Methods;

/// <summary>UniPELT (APL): prefix, Pfeiffer adapter and LoRA at once, each with a gate (Mao et al. 2022, section 3.3).</summary>
/// <remarks>
/// The gates average over real tokens. <c>--set lora.gatePooling=all</c> (also for <c>prefix</c> and <c>pfeiffer</c>) selects the published
/// behaviour, which includes padding. The released code's optional central gate, a softmax between LoRA and prefix, is not supported.
/// </remarks>
[PeftMethod("unipelt", Paper = "https://arxiv.org/abs/2110.07577")]
[Part("prefix", "gated=true", "length=10", "middle=512"), Part("pfeiffer", "gated=true", "reductionFactor=16"),
    Part("lora", "gated=true", "rank=8")]
public sealed partial class UniPelt : CompositeMethod;
