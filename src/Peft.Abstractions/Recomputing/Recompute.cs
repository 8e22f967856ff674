using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Recomputation of activations, also called activation checkpointing (Chen et al. 2016, section 3.1, with one segment per layer). A
/// layer's forward pass keeps only its inputs, and the backward pass recomputes the layer. This reduces activation memory from that of all
/// layers to that of one, at the cost of a second forward pass.
/// </summary>
/// <remarks>
/// You write, in a backbone's forward pass, instead of <c>layer.call(hidden, mask)</c>:
/// <code>
/// Recompute.Run(layer, given => layer.call(given[0]!, given[1]), hidden, mask)
/// </code>
/// You get the same results: the recomputation uses the forward pass's random masks, mixture routes and <see cref="ForwardPass"/>.
/// Gradients flow to the inputs, to every trainable that methods in the layer read, and to the layer's own unfrozen parameters. Until the
/// backward pass is done, do not change the active adapters or the layer's mode.
/// </remarks>
public static class Recompute
{
    /// <summary>Runs a layer. If no gradients are recorded, the layer runs without recomputation.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="pass">Its forward pass, which is run again in the backward pass. It must read only the tensors that it is given,
    /// trainables and the layer's parameters.</param>
    /// <param name="inputs">Hidden states and masks; null for an absent one.</param>
    /// <returns>The layer's output.</returns>
    /// <exception cref="RecomputeException">The random numbers of the inputs' device cannot be reproduced; in the backward pass
    /// also: the layer ran differently.</exception>
    public static Tensor Run(nn.Module layer, Func<IReadOnlyList<Tensor?>, Tensor> pass, params IReadOnlyList<Tensor?> inputs)
    {
        if (!is_grad_enabled())
            return pass(inputs);
        using var scope = NewDisposeScope();
        IReadOnlyList<Tensor> toSave = [ForwardPass.Current?.Mask!, .. RandomState.Capture(RandomState.DeviceOf(inputs))];
        var segment = new RecomputedSegment(layer, pass, inputs.Count);
        var run = new RecordedRun(scope);
        var outputs = segment.Record(run, inputs);
        Tensor?[] differentiated = [.. inputs, .. segment.Trained(run)];
        var results = CustomOperation.Record(new RecomputeGradient(segment), differentiated, outputs, [.. differentiated, .. toSave]);
        run.Deliver(results);
        return scope.MoveToOuter(results[0]);
    }
}

/// <summary>A recomputed layer cannot be recomputed as it ran before.</summary>
/// <param name="problem">What was expected, what was found and how to fix it.</param>
public sealed class RecomputeException(string problem) : Exception($"recomputation of activations: {problem}.");
