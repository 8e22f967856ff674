using Peft.Data;
using Peft.Models;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.MiniLm;

/// <summary>A run on minilm, merged into a checkpoint, computes the same when the checkpoint is loaded.</summary>
public sealed class MergedMiniLmTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minilm").FullName;

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(lora)")]
    public void A_merged_run_loads_back_equal(string method)
    {
        var tuner = new FineTuner(new MethodRegistry().AddFrom(typeof(Methods.Lora).Assembly));
        using var trained = tuner.Train(
            new TaskRegistry().Find("tickets"),
            new TrainingOptions
            {
                Method = method, Backbone = "minilm", MaxSteps = 3, BatchSize = 4, TrainLimit = 12, DevLimit = 4, LearningRate = 0.05,
                WarmupRatio = 0,
            });
        string[] texts = ["where is my money", "please unlock my account, it has been blocked for three days now"];
        var (ids, mask) = Encode(trained.Tokenizer, texts);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor Logits(nn.Module backbone) => ((IClassifierBackbone)backbone).Classify(ids, mask, ids.zeros_like());
        var before = trained.Model.Run(() => Logits(trained.Model.Backbone)).clone();
        trained.Model.MergeAndUnload();
        var target = Path.Combine(_folder, "merged");
        CheckpointWriter.Write(trained.Model.Backbone, MiniLmBackbone.Folder(), target, labels: [.. TicketTask.Definition.Labels]);
        using var plain = Pretrained.Classifier(target);
        plain.eval();
        Assert.InRange((Logits(plain) - before).abs().max().ToDouble(), 0, 1e-5);
        using var untrained = Pretrained.Encoder(MiniLmBackbone.Folder());
        Assert.NotEqual(
            untrained.state_dict()["bert.encoder.layer.0.attention.self.query.weight"].sum().ToDouble(),
            plain.state_dict()["bert.encoder.layer.0.attention.self.query.weight"].sum().ToDouble());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (Tensor Ids, Tensor Mask) Encode(ITokenizer tokenizer, string[] texts)
    {
        var rows = texts.Select(text => tokenizer.Encode(text)).ToList();
        var length = rows.Max(row => row.Length);
        return (
            tensor(rows.SelectMany(row => row.Ids.Select(id => (long)id).Concat(new long[length - row.Length])).ToArray(), rows.Count,
                length),
            tensor(rows.SelectMany(row => Enumerable.Range(0, length).Select(place => place < row.Length ? 1L : 0)).ToArray(), rows.Count,
                length));
    }
}
