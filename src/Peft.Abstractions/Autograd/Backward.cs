using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Backward passes through graphs that contain <see cref="CustomOperation"/>s, which most of Peft's do. TorchSharp's
/// <c>loss.backward()</c> gives the same gradients; but
/// an exception in an operation's backward pass is then thrown only by the next such operation or optimiser step, and memory is freed
/// later.
/// </summary>
public static class Backward
{
    /// <summary>Computes the gradients of a scalar.</summary>
    /// <param name="loss">The scalar.</param>
    /// <param name="retainGraph">Whether the graph is needed again.</param>
    /// <exception cref="Exception">What an operation's backward pass threw, unchanged. The gradients are then incomplete.</exception>
    public static void Run(Tensor loss, bool retainGraph = false) => Guard(() =>
    {
        loss.backward(retain_graph: retainGraph);
        return true;
    }, !retainGraph);

    /// <summary>
    /// The gradients of some tensors by others, as <c>autograd.grad</c>, which ends the process where libtorch finds an error; this
    /// throws. None is accumulated.
    /// </summary>
    /// <param name="outputs">What is differentiated.</param>
    /// <param name="inputs">By what.</param>
    /// <param name="gradients">By the outputs; null for scalars.</param>
    /// <param name="retainGraph">Whether the graph is needed again.</param>
    /// <returns>By the inputs; null where an output does not depend on one.</returns>
    /// <exception cref="Exception">What an operation's backward pass threw, unchanged.</exception>
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
            // Backwards, so that an input that is there twice gets its own back last.
            for (var index = inputs.Count - 1; index >= 0; index--)
                inputs[index].grad = before[index]!;
        }
    }

    /// <summary>
    /// Throws what failed in a backward pass of this thread that was not started by <see cref="Run"/>. Optimisers call it before they
    /// change weights.
    /// </summary>
    /// <exception cref="Exception">What an operation's backward pass threw, unchanged.</exception>
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
            // libtorch found a gradient missing because an operation failed: that failure is the cause.
            thread.ThrowFailure();
            throw;
        }
        finally
        {
            thread.End();
        }
    }
}
