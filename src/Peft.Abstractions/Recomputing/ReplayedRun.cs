using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The recomputation of a recomputed layer. Every reading of a trainable gets its own leaf, so that the surrounding graph sums their
/// gradients as it would without recomputation.
/// </summary>
/// <param name="read">The trainables that the forward pass read, in its order.</param>
/// <param name="leaves">A leaf for each reading.</param>
/// <param name="scope">Holds the layer's results.</param>
internal sealed class ReplayedRun(IReadOnlyList<Parameter> read, IReadOnlyList<Tensor> leaves, DisposeScope scope) : ILayerRun
{
    private int _position;

    /// <summary>The layer's side outputs.</summary>
    public List<Tensor> Sides { get; } = [];

    public Tensor Read(Parameter parameter)
    {
        if (_position >= read.Count || !ReferenceEquals(read[_position], parameter))
            throw Diverged();
        return leaves[_position++];
    }

    public void Consult(IReplayed decider)
    {
    }

    public void Give(Tensor side, Action<Tensor> deliver) => Sides.Add(side.MoveToOtherDisposeScope(scope));

    /// <summary>Checks that the layer read the same trainables, and had the same side outputs, as in the forward pass.</summary>
    public void CheckEnd(int sides)
    {
        if (_position != read.Count || Sides.Count != sides)
            throw Diverged();
    }

    private static RecomputeException Diverged() => new(
        "computed again in the backward pass, a layer read other trainables than in the forward pass; keep the same adapters active and "
            + "enabled until the backward pass is done, "
        + "and let methods read their trainables in every pass");
}
