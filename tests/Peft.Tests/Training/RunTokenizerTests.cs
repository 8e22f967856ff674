using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>A run keeps the files of its tokenizer.</summary>
public sealed class RunTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-run-tokenizer-").FullName;
    private readonly MethodRegistry _registry = new MethodRegistry().AddFrom(typeof(Methods.Lora).Assembly);

    [Fact]
    public void Predictions_do_not_change_when_the_backbones_vocabulary_does()
    {
        var (checkpoint, run) = (Path.Combine(_folder, "checkpoint"), Path.Combine(_folder, "run"));
        Directory.CreateDirectory(checkpoint);
        foreach (var file in Directory.GetFiles(BackboneSource.Folder(BackboneSource.BuiltIn)))
            File.Copy(file, Path.Combine(checkpoint, Path.GetFileName(file)));
        new FineTuner(_registry).Run(new TrainingOptions
        {
            Backbone = checkpoint, Task = "builtin", Output = run, MaxSteps = 2, BatchSize = 4, TrainLimit = 8, DevLimit = 8,
        });
        var before = Probability(run);
        var vocabulary = Path.Combine(checkpoint, "vocab.txt");
        var lines = File.ReadAllLines(vocabulary);
        File.WriteAllLines(vocabulary, [.. lines[..10], .. lines[10..].Reverse()]);
        Assert.NotEqual(
            TokenizerFiles.Load(checkpoint).Encode("the food was good").Ids,
            TokenizerFiles.Load(Path.Combine(run, "tokenizer")).Encode("the food was good").Ids);
        Assert.Equal(before, Probability(run));
        Directory.Delete(Path.Combine(run, "tokenizer"), recursive: true); // as runs of earlier versions are
        Assert.NotEqual(before, Probability(run));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private double Probability(string run)
    {
        using var trained = TrainedModel.Load(run, _registry, "cpu");
        return trained.Predict(["the food was good"])[0].Probability!.Value;
    }
}
