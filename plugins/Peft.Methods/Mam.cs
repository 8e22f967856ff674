namespace Peft.Methods;

/// <summary>
/// MAM adapter: prefix tuning in attention, a scaled parallel adapter beside the feed-forward block (He et al. 2022, section 4.6).
/// </summary>
[PeftMethod("mam", Paper = "https://arxiv.org/abs/2110.04366")]
[Part("prefix", "length=30", "middle=800"), Part("parallel", "reductionFactor=2", "scale=4")]
public sealed partial class Mam : CompositeMethod;
