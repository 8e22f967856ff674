using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>The output of an encoder.</summary>
/// <param name="HiddenStates">The embedding output and every layer's output, each [batch, length, hidden]; only the last unless all were
/// requested.</param>
public sealed record EncoderOutput(IReadOnlyList<Tensor> HiddenStates)
{
    /// <summary>The last layer's output [batch, length, hidden].</summary>
    public Tensor LastHidden => HiddenStates[^1];
}
