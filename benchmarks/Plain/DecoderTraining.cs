using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plain;

/// <summary>Training steps of GPT-2 small: 8 x 128 tokens, of which every one but the first is a label.</summary>
internal static class DecoderTraining
{
    private const int Batch = 8, Length = 128;

    public static void Run(string method, int steps)
    {
        var model = new Gpt2(method switch { "full" => 0, "adamix-lora" => 8, _ => 1 }, full: method == "full");
        model.train();
        var trained = Weights.Trainable(model);
        using var optimizer = optim.AdamW(trained, lr: 2e-4, weight_decay: 0.01);
        var ids = randint(0, Gpt2.Vocabulary, [Batch, Length], dtype: ScalarType.Int64);
        var labels = ids.slice(1, 1, Length, 1).reshape(-1);
        Tensor Logits() => model.Logits(model.call(ids, null).Hidden.slice(1, 0, Length - 1, 1)).reshape(-1, Gpt2.Vocabulary);
        Tensor Loss()
        {
            var first = Logits();
            var task = functional.cross_entropy(first, labels);
            return method == "adamix-lora" ? Weights.WithConsistency(task, first, Logits()) : task;
        }

        Measurement.Print(() => Weights.Step(trained, optimizer, Loss), steps, warm: 2, Batch * Length);
    }
}
