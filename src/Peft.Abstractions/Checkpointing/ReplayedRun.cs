using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// A checkpointed layer computed again: every reading of a trainable gets a leaf of its own, so that the graph around the layer adds up
/// their gradients as it would without.
/// </summary>
/// <param name="read">The trainables that the forward pass read, in its order.</param>
/// <param name="leaves">A leaf for each reading.</param>
/// <param name="scope">Holds what the layer gives.</param>
internal sealed class ReplayedRun(IReadOnlyList<Parameter> read, IReadOnlyList<Tensor> leaves, DisposeScope scope) : ILayerRun
{
    private int _position;

    /// <summary>What the layer gave beside its output.</summary>
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

    /// <summary>Checks that the layer read, and gave, all that it did in the forward pass.</summary>
    public void CheckEnd(int sides)
    {
        if (_position != read.Count || Sides.Count != sides)
            throw Diverged();
    }

    private static ActivationCheckpointException Diverged() => new(
        "computed again in the backward pass, a layer read other trainables than in the forward pass; keep the same adapters active and "
            + "enabled until the backward pass is done, "
        + "and let methods read their trainables in every pass");
}
