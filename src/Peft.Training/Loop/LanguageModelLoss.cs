using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Training;

/// <summary>The loss of a language model on its completion tokens.</summary>
internal static class LanguageModelLoss
{
    /// <summary>Keeps the loss finite for a batch without completion tokens, as the released code does.</summary>
    internal const double Epsilon = 1e-4;

    /// <summary>
    /// sum over tokens of (1 - e) (-log p(label)) + e mean over words of (-log p(word)), divided by the number of tokens + 1e-4 (AdaMix's
    /// released code for GPT-2).
    /// </summary>
    /// <param name="logits">[completion tokens, vocabulary].</param>
    /// <param name="labels">Token ids, int64 [completion tokens].</param>
    /// <param name="smoothing">e, from 0 to below 1.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="smoothing"/> is below 0 or not below 1.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double smoothing)
    {
        if (!(smoothing is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "expected a number from 0 to below 1.");
        var logProbabilities = functional.log_softmax(logits, -1);
        var loss = functional.nll_loss(logProbabilities, labels, reduction: Reduction.Sum) * (1 - smoothing);
        if (smoothing > 0)
            loss -= smoothing * logProbabilities.mean([-1]).sum();
        return loss / (labels.shape[0] + Epsilon);
    }
}
