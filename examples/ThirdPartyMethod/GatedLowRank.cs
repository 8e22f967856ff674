// A third party's method: built from the package alone and loaded from its DLL. No project of this repository references it.
//   build/pack.sh
//   dotnet publish examples/ThirdPartyMethod/ThirdPartyMethod.csproj -c Release -o my-plugins/ThirdPartyMethod
//   ./peft --plugins my-plugins train --method "adamix(theirs)"
using Peft;
using static TorchSharp.torch;

namespace ThirdParty;

/// <summary>A low-rank update behind a gate for each output: y = W x + g * B tanh(A x).</summary>
[PeftMethod("theirs", IdentityAtInit = true)]
[InjectAt(Site.Query, Site.Value)]
public sealed partial class GatedLowRank : ProjectionMethod
{
    /// <summary>Rows of A and columns of B.</summary>
    [Option(Min = 1, Description = "rank of the update")]
    public int Rank { get; init; } = 8;

    [Trainable("Rank, In", Init = Init.KaimingUniform, Group = "down")]
    private partial Tensor A { get; }

    [Trainable("Out, Rank", Init = Init.Zeros, Group = "up")]
    private partial Tensor B { get; }

    [Trainable("Out", Init = Init.Ones, Group = "gate")]
    private partial Tensor Gate { get; }

    /// <summary>Each token's result depends on that token alone.</summary>
    protected override bool IsTokenwise => true;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor x, Tensor y) => y + nn.functional.linear(nn.functional.linear(x, A).tanh(), B) * Gate;
}
