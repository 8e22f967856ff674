using static TorchSharp.torch;

namespace Peft;

/// <summary>The change of a linear map by merging.</summary>
/// <param name="Weight">Added to the weight, [Out, In], or null.</param>
/// <param name="Bias">Added to the bias, [Out], or null.</param>
public sealed record WeightDelta(Tensor? Weight, Tensor? Bias = null);
