using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// A pass over examples in evaluation mode, without gradients. Other runs of the process have their turn between its batches.
/// </summary>
internal static class EvaluationPass
{
    /// <summary>Runs the pass, shortest examples first.</summary>
    /// <param name="model">The model, which stays in evaluation mode.</param>
    /// <param name="lengths">The number of tokens of each example.</param>
    /// <param name="batchSize">Examples in a batch.</param>
    /// <param name="compute">Computes a batch of the examples with these indices. Its tensors are freed before another run's turn.</param>
    public static void Run(PeftModel model, IReadOnlyList<int> lengths, int batchSize, Action<int[]> compute)
    {
        model.Backbone.eval();
        using var frozen = no_grad();
        foreach (var rows in LengthBucketSampler.ForEvaluation(lengths, batchSize))
        {
            using (NewDisposeScope())
                compute(rows);
            ComputeTurn.Yield();
        }
    }
}
