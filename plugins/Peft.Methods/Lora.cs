using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Methods;

/// <summary>
/// LoRA: y = W x + s B A x with s = alpha / r (Hu et al. 2021, equation 3), or alpha / sqrt r when rank-stabilised (Kalajdzievski 2023);
/// DoRA: y = m (W + s B A) x / ||W + s B A||, norms row by row and held constant in the backward pass (Liu et al. 2024, equation 5);
/// gated: y = W x + g B A x, g = mean over tokens of sigmoid(w x + b) (UniPELT, Mao et al. 2022, section 3.3).
/// </summary>
[PeftMethod("lora", Paper = "https://arxiv.org/abs/2106.09685", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.Query, Site.Value)]
public sealed partial class Lora : ProjectionMethod
{
    /// <summary>r: rows of A and columns of B.</summary>
    [Option(Min = 1, Description = "rank of the update")] public int Rank { get; init; } = 8;

    /// <summary>alpha: the update is scaled by alpha / rank.</summary>
    [Option(Min = 0, Description = "the update is scaled by alpha / rank")] public double Alpha { get; init; } = 16;

    /// <summary>Dropout of the update's input.</summary>
    [Option(Min = 0, Max = 0.99, Description = "dropout of the update's input")] public double Dropout { get; init; }

    /// <summary>Whether to scale by alpha / sqrt rank instead (rank-stabilised LoRA).</summary>
    [Option(Description = "scale by alpha / sqrt rank")] public bool RankStabilized { get; init; }

    /// <summary>Whether to split the weight into magnitude and direction and update the direction (DoRA).</summary>
    [Option(Description = "DoRA: train magnitudes, update directions")] public bool Dora { get; init; }

    /// <summary>Whether a gate replaces the scale (UniPELT).</summary>
    [Option(Description = "UniPELT: a gate in place of the scale")] public bool Gated { get; init; }

    /// <summary>Which tokens are included in the gate's average.</summary>
    [Option(Description = "tokens that the gate averages over")] public TokenPooling GatePooling { get; init; }

    [Trainable("Rank, In", Init = Init.KaimingUniform, Group = "down")] private partial Tensor A { get; }

    [Trainable("Out, Rank", Init = Init.Zeros, Group = "up")] private partial Tensor B { get; }

    [Trainable("Out", From = nameof(RowNorms), When = nameof(Dora), Group = "up")] private partial Tensor Magnitude { get; }

    [Trainable("1, In", Init = Init.Normal, When = nameof(Gated), Group = "gate")] private partial Tensor GateWeight { get; }

    [Trainable("1", When = nameof(Gated), Group = "gate")] private partial Tensor GateBias { get; }

    private Tensor RowNorms => FrozenWeight.norm(1);

    private double Scale => Alpha / (RankStabilized ? Math.Sqrt(Rank) : Rank);

    /// <inheritdoc/>
    protected override bool IsTokenwise => !Gated;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor x, Tensor y)
    {
        var down = functional.linear(SeededDropout.Apply(x, Dropout, IsTraining), A); // [..., Rank]
        var scaled = Gated ? TokenMean.Compute(functional.linear(x, GateWeight, GateBias).sigmoid(), GatePooling) * down : Scale * down;
        if (!Dora)
            return y.reshape(-1, Out).addmm(scaled.reshape(-1, Rank), B.t(), 1, 1).view(y.shape);
        var update = functional.linear(scaled, B); // [..., Out]
        return y + (Ratio - 1) * (FrozenBias is { } bias ? y - bias : y) + Ratio * update;
    }

    /// <inheritdoc/>
    protected override WeightDelta? Delta() => Gated ? null
        : Dora ? new(Ratio.unsqueeze(1) * (FrozenWeight + Scale * B.matmul(A)) - FrozenWeight) : new(Scale * B.matmul(A));

    /// <inheritdoc/>
    protected override LowRankFactors? Factors() => Dora || Gated ? null : new(nameof(B), nameof(A), nameof(Rank), Scale);

    /// <summary>m / ||W + s B A||, [Out]; 1 for a row of zeros, which has no direction and for which 0 / 0 would be NaN.</summary>
    private Tensor Ratio
    {
        get
        {
            var norms = (FrozenWeight + Scale * B.matmul(A)).norm(1).detach();
            var empty = norms.eq(0);
            return (Magnitude / norms.masked_fill(empty, 1)).masked_fill(empty, 1);
        }
    }
}
