using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Methods;

/// <summary>
/// Parallel adapter: h + s Up f(Down a), a the input of the feed-forward block beside which it stands (He et al. 2022, table 1).
/// </summary>
[PeftMethod("parallel", Paper = "https://arxiv.org/abs/2110.04366", IdentityAtInit = true)]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class Parallel : StreamMethod
{
    /// <summary>The bottleneck's width; 0 derives it from <see cref="ReductionFactor"/>.</summary>
    [Option(Min = 0, Description = "width of the bottleneck; 0: hidden / reductionFactor")] public int Size { get; init; }

    /// <summary>Hidden size divided by the bottleneck's width.</summary>
    [Option(Min = 1, Description = "hidden size / width of the bottleneck")] public int ReductionFactor { get; init; } = 2;

    /// <summary>f: the activation between the two projections.</summary>
    [Option(Description = "function between the projections")] public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>s: the factor of the adapter's output.</summary>
    [Option(Min = 0, Description = "factor of the adapter's output")] public double Scale { get; init; } = 4;

    /// <summary>Whether to multiply s by a trained number.</summary>
    [Option(Description = "multiply the scale by a trained number")] public bool LearnedScale { get; init; }

    [Trainable("Bottleneck, Hidden", Init = Init.KaimingUniform, Group = "down")] private partial Tensor DownWeight { get; }

    [Trainable("Bottleneck", Init = Init.Zeros, Group = "down")] private partial Tensor DownBias { get; }

    [Trainable("Hidden, Bottleneck", Init = Init.Zeros, Group = "up")] private partial Tensor UpWeight { get; }

    [Trainable("Hidden", Init = Init.Zeros, Group = "up")] private partial Tensor UpBias { get; }

    [Trainable("1", Init = Init.Ones, When = nameof(LearnedScale), Mixed = false)] private partial Tensor Scaling { get; }

    private int Bottleneck => Size > 0 ? Size : Math.Max(1, Hidden / ReductionFactor);

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor hidden, StreamContext at)
    {
        var update = functional.linear(
            Scale * Activation.Apply(functional.linear(at.Residual.to_type(hidden.dtype), DownWeight, DownBias)), UpWeight, Scale * UpBias);
        return hidden + (LearnedScale ? Scaling * update : update);
    }
}
