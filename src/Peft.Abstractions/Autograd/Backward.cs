using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Runs backward passes through graphs that contain <see cref="CustomOperation"/>s, as most of Peft's graphs do. TorchSharp's
/// <c>loss.backward()</c> gives the same gradients, but an exception in an operation's backward pass is then thrown only by the next such
/// operation or optimiser step, and memory is freed later.
/// </summary>
public static class Backward
{
    /// <summary>Computes the gradients of a scalar.</summary>
    /// <param name="loss">The scalar.</param>
    /// <param name="retainGraph">Whether to keep the graph for another backward pass.</param>
    /// <exception cref="Exception">The exception of an operation's backward pass, unchanged. The gradients are then incomplete.</exception>
    public static void Run(Tensor loss, bool retainGraph = false) => Guard(() =>
    {
        loss.backward(retain_graph: retainGraph);
        return true;
    }, !retainGraph);

    /// <summary>
    /// Computes the gradients of some tensors with respect to others, like <c>autograd.grad</c>. On an error in libtorch this method
    /// throws, whereas <c>autograd.grad</c> ends the process. No gradient is accumulated.
    /// </summary>
    /// <param name="outputs">The tensors to differentiate.</param>
    /// <param name="inputs">The tensors to differentiate with respect to.</param>
    /// <param name="gradients">The gradients with respect to the outputs; null for scalars.</param>
    /// <param name="retainGraph">Whether to keep the graph for another backward pass.</param>
    /// <returns>A gradient for each input; null for an input that no output depends on.</returns>
    /// <exception cref="Exception">The exception of an operation's backward pass, unchanged.</exception>
    public static IReadOnlyList<Tensor?> Gradients(
        IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor>? gradients = null, bool retainGraph = false)
    {
        var before = new Tensor?[inputs.Count];
        for (var index = 0; index < inputs.Count; index++)
        {
            before[index] = inputs[index].is_leaf ? inputs[index].grad : null;
            inputs[index].grad = null!;
        }

        try
        {
            return Guard(
                () =>
                {
                    autograd.backward([.. outputs], gradients is null ? null : [.. gradients], retainGraph, inputs: [.. inputs]);
                    return inputs.Select(input => input.grad).ToArray();
                },
                !retainGraph);
        }
        finally
        {
            // In reverse order, so that an input that is given twice gets its own value back last.
            for (var index = inputs.Count - 1; index >= 0; index--)
                inputs[index].grad = before[index]!;
        }
    }

    /// <summary>
    /// Rethrows a failure in a backward pass of this thread that was not started by <see cref="Run"/>. Optimisers call it before they
    /// change weights.
    /// </summary>
    /// <exception cref="Exception">The exception of an operation's backward pass, unchanged.</exception>
    public static void ThrowPending() => BackwardThread.Current.ThrowFailure();

    private static T Guard<T>(Func<T> pass, bool freesGraph)
    {
        var thread = BackwardThread.Current;
        thread.ThrowFailure();
        thread.Begin(freesGraph);
        try
        {
            var result = pass();
            thread.ThrowFailure();
            return result;
        }
        catch (Exception) when (thread.HasFailed)
        {
            // libtorch reports a missing gradient because an operation failed: that failure is the cause.
            thread.ThrowFailure();
            throw;
        }
        finally
        {
            thread.End();
        }
    }
}
