using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Peft;

/// <summary>An operation that is being added to the graph.</summary>
/// <param name="Gradient">Its backward pass.</param>
/// <param name="Outputs">Its results.</param>
/// <param name="Saved">Tensors that the backward pass needs.</param>
/// <param name="Thread">The thread of the forward pass.</param>
internal sealed record RecordedOperation(
    ICustomGradient Gradient, IReadOnlyList<Tensor> Outputs, IReadOnlyList<Tensor?> Saved, BackwardThread Thread);

/// <summary>
/// The only function that TorchSharp calls from a backward pass. Its caller is native code: an exception that escaped would end the
/// process, and tensors created in it would live as long as the caller's dispose scope.
/// </summary>
internal sealed class GraphNode : MultiTensorFunction<GraphNode>
{
    private const string Operation = "operation";

    public override string Name => nameof(CustomOperation);

    /// <param name="ctx">The context.</param>
    /// <param name="vars">The <see cref="RecordedOperation"/>, then the operation's inputs.</param>
    public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var recorded = (RecordedOperation)vars[0];
        ctx.save_data(Operation, new State(
            recorded.Gradient, recorded.Thread, [.. vars.Skip(1).Select(input => InputKind.FromTensor(input as Tensor))]));
        ctx.save_for_backward([.. recorded.Saved.Select(tensor => tensor!)]);
        ctx.set_materialize_grads(false);
        return [.. recorded.Outputs];
    }

    public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var state = (State)ctx.get_data(Operation);
        var thread = state.Forward.OrCurrent;
        BackwardThread.FreeReturned();
        var results = new Tensor?[state.Inputs.Length];
        try
        {
            using var scope = NewDisposeScope();
            results = Gradients(ctx, state, thread, grad_outputs);
            foreach (var result in results)
                result?.DetachFromDisposeScope();
        }
        catch (Exception problem)
        {
            thread.Fail(problem);
            if (!thread.IsRunning)
                results = [.. state.Inputs.Select(input => input?.Zeros())];
        }

        thread.KeepReturned(results, grad_outputs);
        return [null!, .. results.Select(result => result!)];
    }

    private static Tensor?[] Gradients(AutogradContext ctx, State state, BackwardThread thread, List<Tensor> incoming)
    {
        Tensor?[] gradients = [.. incoming.Select(gradient => gradient is { IsInvalid: false } ? gradient : null)];
        var results = new Tensor?[state.Inputs.Length];

        // After a failure, the rest of the graph is not computed, because its gradients are discarded.
        if (thread.HasFailed || Array.TrueForAll(gradients, gradient => gradient is null))
            return results;
        if (state.IsFreed)
            throw new InvalidOperationException(
                $"{state.Gradient.Name}: a backward pass through this graph was done before and freed what it saved; pass retainGraph "
                + "to the first one.");
        if (is_grad_enabled())
            throw state.Gradient.NoSecondDerivative;
        var saved = ctx.get_saved_variables();
        if (thread.FreesGraph)
        {
            state.IsFreed = true;
            ctx.Dispose();
        }

        var found = state.Gradient.Backward(saved, gradients);
        if (found.Count != results.Length)
            throw new InvalidOperationException($"{state.Gradient.Name} returned {found.Count} gradients for {results.Length} inputs.");
        for (var index = 0; index < results.Length; index++)
        {
            if (found[index] is not { IsInvalid: false } gradient)
                continue;
            if (state.Inputs[index] is null)
                throw new InvalidOperationException($"{state.Gradient.Name} returned a gradient for input {index}, which was null.");

            // Incoming gradients and saved tensors are freed on return, so each returned tensor gets its own handle.
            results[index] = IsAmong(gradients, gradient) || IsAmong(saved, gradient) ? gradient.alias() : gradient;
        }

        return results;
    }

    /// <summary>Whether a list contains this object. The equality of tensors compares values, and fails between devices.</summary>
    private static bool IsAmong(IEnumerable<Tensor?> tensors, Tensor sought) => tensors.Any(tensor => ReferenceEquals(tensor, sought));

    private sealed record State(ICustomGradient Gradient, BackwardThread Forward, InputKind?[] Inputs)
    {
        /// <summary>Whether a backward pass without <c>retain_graph</c> has freed the saved tensors.</summary>
        public bool IsFreed { get; set; }
    }

    /// <summary>
    /// The shape and dtype of a gradient with respect to an input. TorchSharp's <c>autograd.grad</c> ends the process if a gradient is
    /// missing, so a failure returns zeros to it.
    /// </summary>
    private sealed record InputKind(long[] Shape, ScalarType Type, Device Device)
    {
        public static InputKind? FromTensor(Tensor? input) => input is null ? null : new InputKind(input.shape, input.dtype, input.device);

        public Tensor Zeros() => zeros(Shape, Type, Device).DetachFromDisposeScope();
    }
}
