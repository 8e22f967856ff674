using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Methods;

/// <summary>
/// Adapter-L: x + Up f(Down LN(x)) behind the feed-forward block alone, with a trained LayerNorm of its own (Lin et al. 2020, section 3.2;
/// "AdapterL" in the LoRA and AdaMix papers' tables). x is the layer's output: the stream with its residual.
/// </summary>
/// <remarks>
/// In a layer that normalises after the residual, such as BERT's, x is the normalised sum and the change is added before that norm, as in
/// <see cref="Pfeiffer"/>; Lin et al. use GPT-2 only.
/// </remarks>
[PeftMethod("lin-adapter", Paper = "https://arxiv.org/abs/2004.03829")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class LinAdapter : StreamMethod
{
    private const double Epsilon = 1e-5;

    /// <summary>The bottleneck's width. On GPT-2 medium, 6 gives the 0.37M parameters of the papers' tables, and 224 the 11.09M.</summary>
    [Option(Min = 1, Description = "width of the bottleneck")] public int Size { get; init; } = 6;

    /// <summary>f: the activation between the two projections.</summary>
    [Option(Description = "function between the projections")] public Activation Activation { get; init; } = Activation.Relu;

    [Trainable("Hidden", Init = Init.Ones, Group = "down")] private partial Tensor NormWeight { get; }

    [Trainable("Hidden", Init = Init.Zeros, Group = "down")] private partial Tensor NormBias { get; }

    [Trainable("Size, Hidden", Init = Init.Normal, Group = "down")] private partial Tensor DownWeight { get; }

    [Trainable("Size", Init = Init.Zeros, Group = "down")] private partial Tensor DownBias { get; }

    [Trainable("Hidden, Size", Init = Init.Normal, Group = "up")] private partial Tensor UpWeight { get; }

    [Trainable("Hidden", Init = Init.Zeros, Group = "up")] private partial Tensor UpBias { get; }

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor hidden, StreamContext at)
    {
        var input = functional.layer_norm(at.NormalizedSum(hidden), [Hidden], NormWeight, NormBias, Epsilon);
        return hidden + functional.linear(Activation.Apply(functional.linear(input, DownWeight, DownBias)), UpWeight, UpBias);
    }
}
