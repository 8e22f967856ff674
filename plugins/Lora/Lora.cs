using static TorchSharp.torch;

namespace Peft.Methods;

/// <summary>LoRA: y = W x + (alpha / r) B A x (Hu et al. 2021, equation 3).</summary>
[PeftMethod("lora", Paper = "https://arxiv.org/abs/2106.09685", Tokenwise = true, IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.Query, Site.Value)]
public sealed partial class Lora : ProjectionMethod
{
    /// <summary>r: rows of A and columns of B.</summary>
    [Option(Min = 1, Description = "rank of the update")]
    public int Rank { get; init; } = 8;

    /// <summary>The update is scaled by alpha / rank.</summary>
    [Option(Min = 0, Description = "the update is scaled by alpha / rank")]
    public double Alpha { get; init; } = 16;

    [Trainable("Rank, In", Init = Init.KaimingUniform, Group = "down")]
    private partial Tensor A { get; }

    [Trainable("Out, Rank", Init = Init.Zeros, Group = "up")]
    private partial Tensor B { get; }

    private double Scale => Alpha / Rank;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor x, Tensor y) => y + (Scale * x.matmul(A.t())).matmul(B.t());

    /// <inheritdoc/>
    protected override WeightDelta Delta() => new(Scale * B.matmul(A));
}
