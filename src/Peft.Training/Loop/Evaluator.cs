using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Computes outputs in evaluation mode.</summary>
/// <param name="model">The model.</param>
/// <param name="task">The task.</param>
/// <param name="logits">Computes the logits [rows, outputs] of a batch; null for those of the backbone's classification head.</param>
internal sealed class Evaluator(PeftModel model, TaskDefinition task, Func<TensorBatch, Tensor>? logits = null)
{
    /// <summary>Computes the logits [rows, outputs] of a batch.</summary>
    public Func<TensorBatch, Tensor> BatchLogits { get; } = logits ?? (batch => BackboneModel.Logits(model.Backbone, batch));

    /// <summary>Computes the logits of every row, in the data's order.</summary>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Rows in a forward pass.</param>
    /// <returns>The logits row by row, as many for each row as the head has outputs.</returns>
    public float[] Logits(EncodedDataset data, int batchSize)
    {
        var width = task.OutputCount;
        var all = new float[data.Count * width];
        EvaluationPass.Run(model, data.Lengths, batchSize, rows =>
        {
            var batch = TensorBatch.Create(data.Gather(rows), model.Backbone);
            var values = model.Run(() => BatchLogits(batch)).to(ScalarType.Float32).cpu().data<float>().ToArray();
            for (var row = 0; row < rows.Length; row++)
                values.AsSpan(row * width, width).CopyTo(all.AsSpan(rows[row] * width));
        });
        return all;
    }

    /// <summary>A metric's name in results, in lower case.</summary>
    internal static string NameOf(MetricKind metric) => MetricNames.NameOf(metric);
}
