using Peft;
using static TorchSharp.torch;

namespace PeftMethodProject;

/// <summary>y = W x + scale * B A x. Write your formula here, and say where it was published.</summary>
[PeftMethod("method-name", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.Query, Site.Value)]
public sealed partial class MethodClass : ProjectionMethod
{
    /// <summary>Rows of A and columns of B.</summary>
    [Option(Min = 1, Description = "rank of the update")]
    public int Rank { get; init; } = 8;

    /// <summary>What the update is scaled by.</summary>
    [Option(Description = "scale of the update")]
    public double Scale { get; init; } = 1;

    [Trainable("Rank, In", Init = Init.KaimingUniform, Group = "down")]
    private partial Tensor A { get; }

    [Trainable("Out, Rank", Init = Init.Zeros, Group = "up")]
    private partial Tensor B { get; }

    /// <summary>Each token's result depends on that token alone.</summary>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor x, Tensor y) => y + Scale * nn.functional.linear(nn.functional.linear(x, A), B);

    /// <summary>What merging adds to the linear map's weight: for formulas that are linear in x.</summary>
    protected override WeightDelta Delta() => new(Scale * B.mm(A));
}
