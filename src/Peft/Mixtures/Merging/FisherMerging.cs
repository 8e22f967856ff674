using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Fisher-weighted averaging (Matena and Raffel 2022, equation 2): for each element, theta = sum over m of F_m theta_m / sum over m of F_m.
/// F_m is the diagonal of expert m's Fisher information, estimated by the mean of squared gradients over batches.
/// </summary>
public static class FisherMerging
{
    /// <summary>
    /// Estimates the weights and applies them to the mixture as <see cref="Router.Weights"/>. The gradients stored with the parameters do
    /// not change.
    /// </summary>
    /// <param name="mixture">An active mixture.</param>
    /// <param name="batches">The number of batches. With one row in each, the estimate is the paper's, with labels instead of
    /// samples.</param>
    /// <param name="loss">The negative log-likelihood of a batch, from a forward pass of the model: a scalar.</param>
    /// <returns>The weights, which the router uses from now on. Dispose them once the router no longer uses them.</returns>
    /// <exception cref="ExpertWeightsException">The adapter is not a mixture, there is no batch, or a gradient is not finite; the mixture
    /// is not changed.</exception>
    public static ExpertWeights Estimate(Adapter mixture, int batches, Func<int, Tensor> loss)
    {
        var router = mixture.Router ?? throw new ExpertWeightsException($"{mixture.Spec.Expression} is no mixture");
        if (batches < 1)
            throw new ExpertWeightsException($"expected at least one batch; found {batches}");
        var banks = mixture.Banks.Where(bank => bank.Experts.Count > 1).ToList();
        using var scope = NewDisposeScope();
        var fisher = banks.Select(bank => new Tensor[bank.Experts.Count]).ToList();
        for (var expert = 0; expert < router.MaxExperts; expert++)
        {
            using var pinned = router.Pin(router.Everywhere(expert));
            foreach (var (bank, values) in banks.Zip(fisher))
                values[expert] = zeros_like(bank.Experts[expert], dtype: ScalarType.Float64);
            for (var batch = 0; batch < batches; batch++)
            {
                if (!FisherDiagonal.Add(
                    [.. fisher.Select(values => values[expert])], [.. banks.Select(bank => (Tensor)bank.Experts[expert])],
                    () => loss(batch)))
                    throw new ExpertWeightsException($"a gradient of batch {batch} is not finite; check the loss");
            }
        }

        var weights = ExpertWeights.Elementwise(banks.Zip(fisher)
            .ToDictionary(pair => pair.First.Key, pair => Normalized(pair.First, pair.Second)));
        router.Weights = weights;
        return weights;
    }

    /// <summary>F_m / sum of F, [M, ...]; equal weights where all experts have zero information.</summary>
    private static Tensor Normalized(ExpertBank bank, Tensor[] fisher)
    {
        const double Nothing = 1e-300;
        using var frozen = no_grad();
        var all = stack(fisher) + Nothing;
        return (all / all.sum(0, keepdim: true)).to_type(bank.Experts[0].dtype).DetachFromDisposeScope();
    }
}
