using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Activation checkpointing (Chen et al. 2016, section 3.1, a segment for each layer): a layer's forward pass keeps its inputs alone, and
/// the backward pass computes the layer again. Memory for activations falls from all layers' to one layer's; the price is a second forward
/// pass.
/// </summary>
/// <remarks>
/// You write, in a backbone's forward pass, instead of <c>layer.call(hidden, mask)</c>:
/// <code>
/// ActivationCheckpoint.Run(layer, given => layer.call(given[0]!, given[1]), hidden, mask)
/// </code>
/// You get the same numbers: random masks, routes of mixtures and the <see cref="ForwardPass"/> are those of the forward pass, whatever
/// happened in between. Gradients flow to the inputs, to every trainable that methods in the layer read, and to the layer's own parameters
/// that are not frozen. Until the backward pass is done, adapters must stay active and the layer in its mode.
/// </remarks>
public static class ActivationCheckpoint
{
    /// <summary>Runs a layer. Where no gradients are recorded, it is simply run.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="pass">
    /// Its forward pass, run again in the backward pass: it must read no tensors but those it is given, trainables and the layer's
    /// parameters.
    /// </param>
    /// <param name="inputs">Hidden states, masks; null where there is none.</param>
    /// <returns>What the layer gives.</returns>
    /// <exception cref="ActivationCheckpointException">The random numbers of the inputs' device cannot be drawn again; in the backward
    /// pass, also: the layer ran differently.</exception>
    public static Tensor Run(nn.Module layer, Func<IReadOnlyList<Tensor?>, Tensor> pass, params IReadOnlyList<Tensor?> inputs)
    {
        if (!is_grad_enabled())
            return pass(inputs);
        using var scope = NewDisposeScope();
        IReadOnlyList<Tensor> toSave = [ForwardPass.Current?.Mask!, .. RandomState.Capture(RandomState.DeviceOf(inputs))];
        var segment = new CheckpointedSegment(layer, pass, inputs.Count);
        var run = new RecordedRun(scope);
        var outputs = segment.Record(run, inputs);
        Tensor?[] differentiated = [.. inputs, .. segment.Trained(run)];
        var results = CustomOperation.Record(new CheckpointGradient(segment), differentiated, outputs, [.. differentiated, .. toSave]);
        run.Deliver(results);
        return scope.MoveToOuter(results[0]);
    }
}

/// <summary>A checkpointed layer cannot be computed again as it was.</summary>
/// <param name="problem">What was expected, what was found and what to do.</param>
public sealed class ActivationCheckpointException(string problem) : Exception($"activation checkpointing: {problem}.");
