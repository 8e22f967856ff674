using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Methods;

/// <summary>
/// Pfeiffer adapter: LN(h + a + Up f(Down LN(h + a))) after the feed-forward block, the backbone's own norm used twice
/// (Pfeiffer et al. 2020, AdapterFusion, section 3); gated: g Up f(...) with g = mean over tokens of sigmoid(w LN(h + a) + b)
/// (UniPELT, Mao et al. 2022, section 3.3).
/// </summary>
[PeftMethod("pfeiffer", Paper = "https://arxiv.org/abs/2005.00247")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class Pfeiffer : StreamMethod
{
    /// <summary>The bottleneck's width; 0 derives it from <see cref="ReductionFactor"/>.</summary>
    [Option(Min = 0, Description = "width of the bottleneck; 0: hidden / reductionFactor")] public int Size { get; init; }

    /// <summary>Hidden size divided by the bottleneck's width.</summary>
    [Option(Min = 1, Description = "hidden size / width of the bottleneck")] public int ReductionFactor { get; init; } = 16;

    /// <summary>f: the activation between the two projections.</summary>
    [Option(Description = "function between the projections")] public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Whether the adapter's output has a gate (UniPELT).</summary>
    [Option(Description = "UniPELT: a gate on the adapter's output")] public bool Gated { get; init; }

    /// <summary>Which tokens are included in the gate's average.</summary>
    [Option(Description = "tokens that the gate averages over")] public TokenPooling GatePooling { get; init; }

    [Trainable("Bottleneck, Hidden", Init = Init.Normal, Group = "down")] private partial Tensor DownWeight { get; }

    [Trainable("Bottleneck", Init = Init.Zeros, Group = "down")] private partial Tensor DownBias { get; }

    [Trainable("Hidden, Bottleneck", Init = Init.Normal, Group = "up")] private partial Tensor UpWeight { get; }

    [Trainable("Hidden", Init = Init.Zeros, Group = "up")] private partial Tensor UpBias { get; }

    [Trainable("1, Hidden", Init = Init.Normal, When = nameof(Gated), Group = "gate")] private partial Tensor GateWeight { get; }

    [Trainable("1", When = nameof(Gated), Group = "gate")] private partial Tensor GateBias { get; }

    private int Bottleneck => Size > 0 ? Size : Math.Max(1, Hidden / ReductionFactor);

    /// <inheritdoc/>
    protected override bool IsTokenwise => !Gated;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor hidden, StreamContext at)
    {
        var input = at.NormalizedSum(hidden);
        var update = functional.linear(Activation.Apply(functional.linear(input, DownWeight, DownBias)), UpWeight, UpBias);
        if (!Gated)
            return hidden + update;
        return hidden + TokenMean.Compute(functional.linear(input, GateWeight, GateBias).sigmoid(), GatePooling) * update;
    }
}
