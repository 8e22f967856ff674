using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>
/// Compacter: a bottleneck adapter whose weights are sums of Kronecker products, W = sum over i of A_i (x) (s_i t_i), the A_i shared by all
/// adapters (Karimi Mahabadi et al. 2021, equation 5). Compacter++ is after the feed-forward block alone.
/// </summary>
[PeftMethod("compacter", Paper = "https://arxiv.org/abs/2106.04647")]
[InjectAt(Site.AfterAttention, Site.AfterFeedForward)]
public sealed partial class Compacter : StreamMethod
{
    /// <summary>n: the number of summands, and of blocks along each side of a weight.</summary>
    [Option(Min = 1, Description = "summands; must divide the hidden size and the bottleneck")] public int Summands { get; init; } = 4;

    /// <summary>Hidden size divided by the bottleneck's width.</summary>
    [Option(Min = 1, Description = "hidden size / width of the bottleneck")] public int ReductionFactor { get; init; } = 32;

    /// <summary>f: the activation between the two projections.</summary>
    [Option(Description = "function between the projections")] public Activation Activation { get; init; } = Activation.Gelu;

    [Trainable("Summands, Summands, Summands", Init = Init.Normal, Std = 0.01, Scope = TrainableScope.Adapter, Mixed = false)]
    private partial Tensor Rules { get; }

    [Trainable("Summands, HiddenPart, 1", Init = Init.XavierNormal, Group = "down")] private partial Tensor DownLeft { get; }

    [Trainable("Summands, 1, InnerPart", Init = Init.XavierNormal, Group = "down")] private partial Tensor DownRight { get; }

    [Trainable("Bottleneck", Group = "down")] private partial Tensor DownBias { get; }

    [Trainable("Summands, InnerPart, 1", Init = Init.XavierNormal, Group = "up")] private partial Tensor UpLeft { get; }

    [Trainable("Summands, 1, HiddenPart", Init = Init.XavierNormal, Group = "up")] private partial Tensor UpRight { get; }

    [Trainable("Hidden", Group = "up")] private partial Tensor UpBias { get; }

    private int Bottleneck => Parts(Math.Max(Summands, Hidden / ReductionFactor)) * Summands;

    private int HiddenPart => Parts(Hidden);

    private int InnerPart => Bottleneck / Summands;

    /// <inheritdoc/>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor hidden, StreamContext at) =>
        hidden + (Activation.Apply(hidden.matmul(Weight(DownLeft, DownRight)) + DownBias).matmul(Weight(UpLeft, UpRight)) + UpBias);

    /// <summary>sum over i of A_i (x) (s_i t_i): [n a, n b] of s [n, a, 1] and t [n, 1, b].</summary>
    private Tensor Weight(Tensor left, Tensor right) =>
        (Rules.unsqueeze(2).unsqueeze(4) * left.matmul(right).unsqueeze(1).unsqueeze(3)).sum(dim: 0).view(
            Summands * left.shape[1], Summands * right.shape[2]);

    private int Parts(int size) =>
        size % Summands == 0 ? size / Summands : throw new MethodOptionException(
        "compacter", "summands", $"{Summands} does not divide {size}");
}
