using static TorchSharp.torch;

namespace Peft;

/// <summary>The training objective: the task's loss and, for a mixture, consistency between two stochastic passes.</summary>
public static class MixtureObjective
{
    /// <summary>task(z1) + weight * consistency(z1, z2), z2 from a second pass with its own route and dropout; task(z1) alone for a plain method.</summary>
    /// <param name="model">The model with its adapter.</param>
    /// <param name="logits">One forward pass: logits [rows, classes].</param>
    /// <param name="task">The task's loss on the first pass's logits, a scalar.</param>
    /// <returns>The scalar to differentiate, and the first pass's logits.</returns>
    public static (Tensor Loss, Tensor Logits) Loss(PeftModel model, Func<Tensor> logits, Func<Tensor, Tensor> task)
    {
        var first = model.Run(logits);
        var loss = task(first);
        if (model.Adapter?.Spec.Mixture is { Consistency: > 0 } mixture)
            loss += mixture.Consistency * ConsistencyLoss.Of(first, model.Run(logits));
        return (loss, first);
    }
}
