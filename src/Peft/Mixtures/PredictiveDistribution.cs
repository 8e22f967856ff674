using static TorchSharp.torch;

namespace Peft;

/// <summary>An ensemble's prediction and its uncertainty, in nats.</summary>
/// <param name="Probabilities">Mean of the members' probabilities, [rows, classes].</param>
/// <param name="Total">Predictive entropy H[mean p], [rows]: the total uncertainty.</param>
/// <param name="Expected">Mean of the members' entropies, [rows]: the uncertainty due to the data.</param>
public sealed record PredictiveDistribution(Tensor Probabilities, Tensor Total, Tensor Expected)
{
    /// <summary>
    /// H[mean p] - mean H[p], [rows]: the disagreement of the members (Gal et al. 2017, equation 2); at least 0 up to rounding.
    /// </summary>
    public Tensor MutualInformation => Total - Expected;

    /// <summary>Computes the distribution from the members' logits.</summary>
    /// <param name="logits">[members, rows, classes].</param>
    /// <returns>Mean probabilities and entropies.</returns>
    public static PredictiveDistribution FromLogits(Tensor logits)
    {
        var logs = nn.functional.log_softmax(logits, -1);
        var mean = logs.exp().mean([0]);
        var total = -(mean * mean.clamp_min(1e-30).log()).sum(-1);
        return new PredictiveDistribution(mean, total, -(logs.exp() * logs).sum(-1).mean([0]));
    }
}
