using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The backward pass of an operation whose forward pass was computed outside the graph. <see cref="CustomOperation.Record"/> adds it to the
/// graph.
/// </summary>
public interface ICustomGradient
{
    /// <summary>The operation's name, for error messages.</summary>
    string Name { get; }

    /// <summary>Creates the exception for an attempt to differentiate the backward pass itself (<c>create_graph</c>).</summary>
    Exception NoSecondDerivative => new NotSupportedException($"{Name} has no second derivative; call the backward pass without "
        + "create_graph.");

    /// <summary>Computes the gradients. Runs in its own dispose scope and without a graph.</summary>
    /// <param name="saved">The tensors saved when the operation was recorded; null where null was saved.</param>
    /// <param name="gradients">The gradient with respect to each output; null if the loss does not depend on it.</param>
    /// <returns>The gradient with respect to each input, in their order; null for inputs that were null or have no gradient.</returns>
    IReadOnlyList<Tensor?> Backward(IReadOnlyList<Tensor?> saved, IReadOnlyList<Tensor?> gradients);
}
