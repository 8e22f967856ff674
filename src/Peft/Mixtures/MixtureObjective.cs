using static TorchSharp.torch;

namespace Peft;

/// <summary>The training objective: the task's loss and, for a mixture, consistency between two stochastic passes and the balance of a learned router.</summary>
public static class MixtureObjective
{
    /// <summary>
    /// task(z1) + weight * consistency(z1, z2), z2 from a second pass with its own route and dropout; for <see cref="RoutingPolicy.Switch"/>
    /// + balance * M sum f_i P_i; task(z1) alone for a plain method.
    /// </summary>
    /// <param name="model">The model with its adapters; of several mixtures the largest weight of consistency counts.</param>
    /// <param name="logits">One forward pass: logits [rows, classes].</param>
    /// <param name="task">The task's loss on the first pass's logits, a scalar.</param>
    /// <returns>The scalar to differentiate, and the first pass's logits.</returns>
    public static (Tensor Loss, Tensor Logits) Loss(PeftModel model, Func<Tensor> logits, Func<Tensor, Tensor> task)
    {
        var first = model.Run(logits);
        var loss = task(first);
        var consistency = 0.0;
        foreach (var adapter in model.Adapters.Acting)
        {
            if (adapter.Spec.Mixture is not { } mixture)
                continue;
            if (adapter.Router!.BalanceLoss is { } balance)
                loss += mixture.Balance * balance;
            consistency = Math.Max(consistency, mixture.Consistency);
        }

        if (consistency > 0)
            loss += consistency * ConsistencyLoss.Of(first, model.Run(logits));
        return (loss, first);
    }
}
