using static TorchSharp.torch;

namespace Peft;

/// <summary>The backward pass of a recomputed layer: recomputes the layer and differentiates it.</summary>
/// <param name="segment">The layer's recorded run.</param>
internal sealed class RecomputeGradient(RecomputedSegment segment) : ICustomGradient
{
    public string Name => nameof(Recompute);

    public Exception NoSecondDerivative => new RecomputeException(
        "a second derivative (create_graph) was requested, and a recomputed layer has none; switch recomputation off for it");

    public IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients) =>
        segment.Gradients(saved, gradients);
}
