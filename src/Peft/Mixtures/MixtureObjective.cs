using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The training objective: the task's loss and, for a mixture, consistency between two stochastic passes and the balance of a learned
/// router.
/// </summary>
public static class MixtureObjective
{
    /// <summary>
    /// task(z1) + weight * consistency(z1, z2), with z2 from a second pass with its own route and dropout; for
    /// <see cref="RoutingPolicy.Switch"/> + balance * M sum f_i P_i; task(z1) alone for a plain method.
    /// </summary>
    /// <param name="model">The model with its adapters. With several mixtures, the largest consistency weight is used.</param>
    /// <param name="logits">One forward pass: logits [rows, classes].</param>
    /// <param name="task">The task's loss on the first pass's logits, a scalar.</param>
    /// <returns>The scalar to differentiate, and the first pass's logits.</returns>
    public static (Tensor Loss, Tensor Logits) Loss(PeftModel model, Func<Tensor> logits, Func<Tensor, Tensor> task)
    {
        Tensor? kept = null;
        var loss = Loss(model, logits, (first, second, weight) =>
        {
            kept = first;
            return second is null ? task(first) : task(first) + weight * ConsistencyLoss.Compute(first, second);
        });
        return (loss, kept!);
    }

    /// <summary>
    /// The same objective, for a task whose loss and consistency are computed together, such as a language model whose logits are too large
    /// to keep.
    /// </summary>
    /// <param name="model">The model with its adapters. With several mixtures, the largest consistency weight is used.</param>
    /// <param name="pass">One forward pass, which returns what the objective needs.</param>
    /// <param name="objective">Computes task(first) + weight * consistency(first, second) from the first pass, the second pass and the
    /// weight. The second pass is null for a plain method.</param>
    /// <param name="share">The factor of the router's balance: the batch's share of an optimiser step that accumulates gradients.</param>
    /// <returns>The scalar to differentiate.</returns>
    public static Tensor Loss(PeftModel model, Func<Tensor> pass, Func<Tensor, Tensor?, double, Tensor> objective, double share = 1)
    {
        var first = model.Run(pass);
        Tensor? balances = null;
        var consistency = 0.0;
        foreach (var adapter in model.Adapters.Acting)
        {
            if (adapter.Spec.Mixture is not { } mixture)
                continue;
            if (adapter.Router!.BalanceLoss is { } balance)
                balances = balances is null ? mixture.Balance * balance : balances + mixture.Balance * balance;
            consistency = Math.Max(consistency, mixture.Consistency * adapter.Router.ConsistencyFactor);
        }

        var loss = objective(first, consistency > 0 ? model.Run(pass) : null, consistency);
        return balances is null ? loss : loss + share * balances;
    }
}
