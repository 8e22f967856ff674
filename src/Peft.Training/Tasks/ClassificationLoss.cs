using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The loss of a batch's outputs.</summary>
/// <param name="task">What the labels are.</param>
/// <param name="scale">Standardises the targets of a regression.</param>
/// <param name="weights">The weight of each class; null for 1.</param>
internal sealed class ClassificationLoss(TaskDefinition task, TargetScale scale, float[]? weights)
{
    /// <summary>The word for <see cref="Weights"/> in <see cref="TrainingOptions.ClassWeights"/>.</summary>
    public const string Balanced = "balanced";

    /// <summary>
    /// rows / (classes x rows of the class): every class then has the same weight in the loss of all rows, and the mean weight of a row is
    /// 1. The weight of a class without rows is 0.
    /// </summary>
    /// <param name="labels">The class of each training row.</param>
    /// <param name="classes">The number of classes.</param>
    public static float[] Weights(ReadOnlySpan<float> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels)
            counts[(int)label]++;
        var (rows, present) = (labels.Length, counts.Count(count => count > 0));
        return Array.ConvertAll(counts, count => count == 0 ? 0 : (float)((double)rows / present / count));
    }

    /// <summary>
    /// For classes, the mean over rows of w_y times the cross-entropy; the mean is over rows, not over weights, so that the parts of a step
    /// with accumulated gradients add up to the loss of one batch. For sets of classes, the mean binary cross-entropy over rows and
    /// classes. For numbers, the mean squared error of standardised targets.
    /// </summary>
    /// <param name="outputs">[rows, classes], or [rows, 1] for numbers.</param>
    /// <param name="labels">[rows], or [rows, classes] for sets of classes.</param>
    /// <returns>A scalar.</returns>
    public Tensor Compute(Tensor outputs, Tensor labels)
    {
        if (task.IsMultiLabel)
            return nn.functional.binary_cross_entropy_with_logits(outputs, labels.to_type(outputs.dtype));
        if (task.IsRegression)
            return nn.functional.mse_loss(outputs.squeeze(-1), (labels.to_type(outputs.dtype) - scale.Mean) / scale.Deviation);
        if (weights is null)
            return nn.functional.cross_entropy(outputs, labels);
        var weight = tensor(weights).to_type(outputs.dtype).to(outputs.device);
        return nn.functional.cross_entropy(outputs, labels, weight, reduction: nn.Reduction.Sum) / labels.shape[0];
    }

    /// <summary>
    /// The consistency term between the outputs of a mixture's two passes; for sets of classes, each class is a choice of yes or no.
    /// </summary>
    /// <param name="first">[rows, classes].</param>
    /// <param name="second">[rows, classes].</param>
    public Tensor Consistency(Tensor first, Tensor second) => task.IsMultiLabel
        ? ConsistencyLoss.Compute(Choices(first), Choices(second)) : ConsistencyLoss.Compute(first, second);

    /// <summary>Logits [rows x classes, 2] of no and yes from outputs [rows, classes].</summary>
    private static Tensor Choices(Tensor outputs) => stack([zeros_like(outputs), outputs], -1).reshape(-1, 2);
}
