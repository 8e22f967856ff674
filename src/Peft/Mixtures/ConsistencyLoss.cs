using static TorchSharp.torch;

namespace Peft;

/// <summary>AdaMix's consistency term between two stochastic passes (Wang et al. 2022, equation 5).</summary>
public static class ConsistencyLoss
{
    /// <summary>1/2 [KL(sg p2 || p1) + KL(sg p1 || p2)], summed over classes, averaged over rows; sg stops gradients.</summary>
    /// <param name="first">Logits of the first pass [rows, classes].</param>
    /// <param name="second">Logits of the second pass, of the same shape.</param>
    /// <returns>A scalar with gradients to both passes; 0 for a single class.</returns>
    public static Tensor Compute(Tensor first, Tensor second)
    {
        var logFirst = nn.functional.log_softmax(first, -1);
        var logSecond = nn.functional.log_softmax(second, -1);
        return (Divergence(logSecond, logFirst) + Divergence(logFirst, logSecond)) * 0.5;
    }

    /// <summary>KL(sg target || prediction).</summary>
    private static Tensor Divergence(Tensor logTarget, Tensor logPrediction)
    {
        var target = logTarget.detach();
        return (target.exp() * (target - logPrediction)).sum() / logPrediction.shape[0];
    }
}
