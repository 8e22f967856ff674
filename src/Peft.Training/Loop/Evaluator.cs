using Peft.Backbones;
using Peft.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Predictions and metrics in evaluation mode.</summary>
/// <param name="model">The model.</param>
/// <param name="classifier">Its backbone.</param>
/// <param name="task">The task.</param>
public sealed class Evaluator(PeftModel model, SequenceClassifier classifier, TaskDefinition task)
{
    /// <summary>Logits of every row, in the data's order.</summary>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Rows in a pass.</param>
    /// <returns>For each row, as many numbers as the head has outputs.</returns>
    public float[][] Logits(EncodedDataset data, int batchSize)
    {
        classifier.eval();
        using var frozen = no_grad();
        var logits = new float[data.Count][];
        foreach (var rows in LengthBucketSampler.ForEvaluation(data, batchSize))
        {
            using var scope = NewDisposeScope();
            var batch = TensorBatch.Of(data.Batch(rows), classifier);
            var values = model.Run(() => classifier.call(batch.Inputs)).to(ScalarType.Float32).cpu().data<float>().ToArray();
            var width = values.Length / rows.Length;
            for (var row = 0; row < rows.Length; row++)
                logits[rows[row]] = values[(row * width)..((row + 1) * width)];
        }

        return logits;
    }

    /// <summary>The task's metrics.</summary>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Rows in a pass.</param>
    /// <param name="epoch">The epoch, for the result.</param>
    /// <param name="trainLoss">The epoch's mean loss, for the result.</param>
    /// <returns>The metrics.</returns>
    public EpochResult Evaluate(EncodedDataset data, int batchSize, int epoch = 0, double trainLoss = 0)
    {
        var logits = Logits(data, batchSize);
        var metrics = task.IsRegression
            ? task.ScoreMetrics([.. logits.Select(row => (double)row[0])], data.Scores)
            : task.ClassMetrics([.. logits.Select(Largest)], data.Classes);
        return new EpochResult(epoch, trainLoss, metrics, metrics[task.PrimaryMetric]);
    }

    internal static int Largest(float[] row) => Array.IndexOf(row, row.Max());
}
