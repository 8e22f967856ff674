using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Methods;

/// <summary>Houlsby adapter: h + Up f(Down h) after attention and after the feed-forward block (Houlsby et al. 2019, figure 2).</summary>
[PeftMethod("houlsby", Paper = "https://arxiv.org/abs/1902.00751")]
[InjectAt(Site.AfterAttention, Site.AfterFeedForward)]
public sealed partial class Houlsby : StreamMethod
{
    /// <summary>The bottleneck's width; 0 derives it from <see cref="ReductionFactor"/>.</summary>
    [Option(Min = 0, Description = "width of the bottleneck; 0: hidden / reductionFactor")]
    public int Size { get; init; }

    /// <summary>Hidden size divided by the bottleneck's width.</summary>
    [Option(Min = 1, Description = "hidden size / width of the bottleneck")]
    public int ReductionFactor { get; init; } = 16;

    /// <summary>f: the activation between the two projections.</summary>
    [Option(Description = "function between the projections")]
    public Activation Activation { get; init; } = Activation.Swish;

    /// <summary>Whether both projections have biases; the linear adapters of LiST (Wang et al. 2022) have none.</summary>
    [Option(Description = "whether the projections have biases")]
    public bool Biases { get; init; } = true;

    [Trainable("Bottleneck, Hidden", Init = Init.Normal, Group = "down")]
    private partial Tensor DownWeight { get; }

    [Trainable("Bottleneck", Init = Init.Zeros, When = nameof(Biases), Group = "down")]
    private partial Tensor DownBias { get; }

    [Trainable("Hidden, Bottleneck", Init = Init.Normal, Group = "up")]
    private partial Tensor UpWeight { get; }

    [Trainable("Hidden", Init = Init.Zeros, When = nameof(Biases), Group = "up")]
    private partial Tensor UpBias { get; }

    private int Bottleneck => Size > 0 ? Size : Math.Max(1, Hidden / ReductionFactor);

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor hidden, StreamContext at)
    {
        var (downBias, upBias) = Biases ? (DownBias, UpBias) : (null, null);
        return hidden + functional.linear(Activation.Apply(functional.linear(hidden, DownWeight, downBias)), UpWeight, upBias);
    }
}
