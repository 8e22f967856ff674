using Peft.Tasks;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>A task's loss: cross-entropy for classes, mean squared error for scores.</summary>
internal sealed class TaskObjective(TaskDefinition task)
{
    /// <summary>Logits [rows, classes] or [rows, 1] and labels [rows] to a scalar.</summary>
    public Tensor Loss(Tensor logits, Tensor labels) => task.IsRegression
        ? nn.functional.mse_loss(logits.squeeze(-1), labels)
        : nn.functional.cross_entropy(logits, labels);
}
