using static TorchSharp.torch;

namespace Peft;

/// <summary>Puts operations with a backward pass of their own into the graph.</summary>
/// <remarks>
/// Safe where TorchSharp's own custom functions are not: an exception in the backward pass reaches the caller of
/// <see cref="Backward.Run"/> instead of ending the
/// process, gradients that are undefined arrive as null, and temporary tensors are freed when each operation's backward pass ends.
/// </remarks>
public static class CustomOperation
{
    /// <summary>Whether a graph is being recorded and one of the inputs needs a gradient. Otherwise nothing has to be saved.</summary>
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

    /// <summary>Makes results that were computed without a graph part of the graph.</summary>
    /// <param name="gradient">The backward pass.</param>
    /// <param name="inputs">What gradients flow to; null for optional inputs that are absent.</param>
    /// <param name="outputs">The results. They are replaced by those returned; none may be an input itself.</param>
    /// <param name="saved">
    /// What the backward pass needs. Changing one of them in place before the backward pass is an error. Inputs and outputs may be among
    /// them.
    /// </param>
    /// <returns>The results in the graph, in the caller's dispose scope.</returns>
    /// <exception cref="Exception">An earlier backward pass failed, and it was not started by <see cref="Backward.Run"/>.</exception>
    public static IReadOnlyList<Tensor> Record(
        ICustomGradient gradient, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor?> saved)
    {
        var thread = BackwardThread.Current;
        thread.ThrowFailure();
        if (!NeedsGraph([.. inputs]))
            return outputs;
        // TorchSharp keeps an empty copy of every output for zero gradients, which are switched off. The scope frees it.
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
