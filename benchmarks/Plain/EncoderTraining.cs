using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plain;

/// <summary>Training steps of a classifier: 128 tokens, AdamW, gradients clipped to a norm of 1.</summary>
internal static class EncoderTraining
{
    private const int Length = 128;

    public static void Run(string method, int steps, string shape, int batch)
    {
        var model = new Bert(BertShape.Named(shape), method);
        model.train();
        var trained = Weights.Trainable(model);
        using var optimizer = optim.AdamW(trained, lr: 5e-4);
        var ids = randint(0, BertShape.Vocabulary, [batch, Length], dtype: ScalarType.Int64);
        var labels = randint(0, 2, [batch], dtype: ScalarType.Int64);
        Tensor Loss()
        {
            var first = model.call(ids);
            var task = functional.cross_entropy(first, labels);
            return method == "adamix-houlsby" ? Weights.WithConsistency(task, first, model.call(ids)) : task;
        }

        Measurement.Print(() => Weights.Step(trained, optimizer, Loss), steps, warm: 2, batch * Length);
    }
}
