using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The backward pass of an operation whose forward pass was computed outside the graph. <see cref="CustomOperation.Record"/> makes it part
/// of the graph.
/// </summary>
public interface ICustomGradient
{
    /// <summary>The operation's name, for error messages.</summary>
    string Name { get; }

    /// <summary>What is thrown where a backward pass is itself to be differentiated (<c>create_graph</c>).</summary>
    Exception NoSecondDerivative => new NotSupportedException($"{Name} has no second derivative; call the backward pass without "
        + "create_graph.");

    /// <summary>Computes the gradients. Runs in a dispose scope of its own and without a graph.</summary>
    /// <param name="saved">The tensors saved when the operation was recorded; null where null was saved.</param>
    /// <param name="gradients">The gradient by each output; null where the loss does not depend on it.</param>
    /// <returns>The gradient by each input, in their order; null for inputs that were null and where there is none.</returns>
    IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients);
}
