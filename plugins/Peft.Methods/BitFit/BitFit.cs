namespace Peft.Methods;

/// <summary>
/// BitFit: all biases, those of linear maps and those of norms, as deltas beside the frozen backbone (Ben Zaken et al. 2022).
/// </summary>
[PeftMethod("bitfit", Paper = "https://arxiv.org/abs/2106.10199")]
[Part("bitfit-linear"), Part("bitfit-norm")]
public sealed partial class BitFit : CompositeMethod;
