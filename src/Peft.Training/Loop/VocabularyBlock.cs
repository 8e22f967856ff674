using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Computes the loss and the gradient of a block of rows of logits.</summary>
/// <param name="weights">The factors of its terms.</param>
internal sealed class VocabularyBlock(LossWeights weights)
{
    private readonly double _smoothing = weights.Smoothing;
    private readonly double _perToken = 1 / (weights.Rows + LanguageModelLoss.Epsilon);
    private readonly double _perRow = weights.Consistency / (2 * weights.Rows);

    /// <summary>Computes the block's part of the loss. Overwrites the logits with log probabilities.</summary>
    /// <param name="first">Logits of the first pass, [block, vocabulary].</param>
    /// <param name="second">Logits of the second pass; null for a plain method.</param>
    /// <param name="labels">int64 [block].</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Tensor first, Tensor? second, Tensor labels)
    {
        LogSoftmax(first);
        var loss = first.gather(1, labels.unsqueeze(1)).sum() * (-(1 - _smoothing) * _perToken);
        if (_smoothing > 0)
            loss -= first.mean([1]).sum() * (_smoothing * _perToken);
        if (second is null)
            return loss;
        LogSoftmax(second);
        using var scope = NewDisposeScope();
        var divergence = first.exp().sub_(second.exp()).mul_(first - second).sum(); // (p1 - p2) (log p1 - log p2) summed: both divergences
        return scope.MoveToOuter(loss + divergence * _perRow);
    }

    /// <summary>Computes the gradients with respect to both passes' logits.</summary>
    /// <param name="first">Log probabilities of the first pass; overwritten.</param>
    /// <param name="second">Log probabilities of the second pass; overwritten.</param>
    /// <param name="labels">int64 [block].</param>
    /// <returns>A gradient for each pass, [block, vocabulary].</returns>
    public (Tensor First, Tensor? Second) Gradients(Tensor first, Tensor? second, Tensor labels)
    {
        first.exp_();
        second?.exp_().sub_(first).mul_(_perRow); // (p2 - p1) w / 2N; the first pass's is its opposite
        first.mul_(_perToken);
        if (_smoothing > 0)
            first.sub_(_smoothing * _perToken / first.shape[1]);
        var index = labels.unsqueeze(1);
        first.scatter_add_(1, index, full(index.shape, -(1 - _smoothing) * _perToken, dtype: first.dtype, device: first.device));
        if (second is not null)
            first.sub_(second);
        return (first, second);
    }

    /// <summary>Computes log softmax in place.</summary>
    private static void LogSoftmax(Tensor logits)
    {
        using var scope = NewDisposeScope();
        logits.sub_(logits.logsumexp(1, keepdim: true));
    }
}

/// <summary>The factors of a language model's loss.</summary>
/// <param name="Smoothing">e of <see cref="LanguageModelLoss"/>.</param>
/// <param name="Consistency">The weight of <see cref="ConsistencyLoss"/>.</param>
/// <param name="Rows">The rows over which both terms are averaged: those of the whole optimiser step.</param>
internal sealed record LossWeights(double Smoothing, double Consistency, long Rows);
