using static TorchSharp.torch;

namespace Peft;

/// <summary>Adds operations with custom backward passes to the autograd graph.</summary>
/// <remarks>
/// Safer than TorchSharp's own custom functions: an exception in the backward pass reaches the caller of <see cref="Backward.Run"/> instead
/// of ending the process, undefined gradients arrive as null, and temporary tensors are freed at the end of each operation's backward pass.
/// </remarks>
public static class CustomOperation
{
    /// <summary>Whether a graph is being recorded and an input needs a gradient. Otherwise nothing has to be saved.</summary>
    /// <param name="inputs">The operation's inputs.</param>
    /// <returns>Whether <see cref="Record"/> would add to the graph.</returns>
    public static bool NeedsGraph(params ReadOnlySpan<Tensor?> inputs)
    {
        if (!is_grad_enabled())
            return false;
        foreach (var input in inputs)
        {
            if (input is { requires_grad: true })
                return true;
        }

        return false;
    }

    /// <summary>Adds results that were computed without a graph to the graph.</summary>
    /// <param name="gradient">The backward pass.</param>
    /// <param name="inputs">The tensors that gradients flow to; null for optional inputs that are absent.</param>
    /// <param name="outputs">The results. Use the returned tensors instead of them. None may be an input itself.</param>
    /// <param name="saved">Tensors that the backward pass needs. Changing one of them in place before the backward pass is an error. Inputs
    /// and outputs may be among them.</param>
    /// <returns>The results in the graph, in the caller's dispose scope.</returns>
    /// <exception cref="Exception">An earlier backward pass that was not started by <see cref="Backward.Run"/> failed.</exception>
    public static IReadOnlyList<Tensor> Record(
        ICustomGradient gradient, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor?> saved)
    {
        var thread = BackwardThread.Current;
        thread.ThrowFailure();
        if (!NeedsGraph([.. inputs]))
            return outputs;
        // TorchSharp keeps an empty copy of every output for zero gradients, which are disabled. The scope frees it.
        using var scope = NewDisposeScope();
        var recorded = GraphNode.apply(
            [new RecordedOperation(gradient, outputs, saved, thread), .. inputs.Select(input => (object)input!)]);
        foreach (var output in recorded)
            scope.MoveToOuter(output);
        foreach (var output in outputs)
            output.Dispose();
        return recorded;
    }
}
