using static TorchSharp.torch;

namespace Peft;

/// <summary>What an ensemble predicts, and how sure it is, in nats.</summary>
/// <param name="Probabilities">Mean of the members' probabilities, [rows, classes].</param>
/// <param name="Total">Predictive entropy H[mean p], [rows]: all of the uncertainty.</param>
/// <param name="Expected">Mean of the members' entropies, [rows]: what of it is in the data.</param>
public sealed record PredictiveDistribution(Tensor Probabilities, Tensor Total, Tensor Expected)
{
    /// <summary>H[mean p] - mean H[p], [rows]: what members disagree on (Gal et al. 2017, equation 2); at least 0 up to rounding.</summary>
    public Tensor MutualInformation => Total - Expected;

    /// <summary>From logits of members.</summary>
    /// <param name="logits">[members, rows, classes].</param>
    /// <returns>Mean probabilities and entropies.</returns>
    public static PredictiveDistribution Of(Tensor logits)
    {
        var logs = nn.functional.log_softmax(logits, -1);
        var mean = logs.exp().mean([0]);
        var total = -(mean * mean.clamp_min(1e-30).log()).sum(-1);
        return new PredictiveDistribution(mean, total, -(logs.exp() * logs).sum(-1).mean([0]));
    }
}
