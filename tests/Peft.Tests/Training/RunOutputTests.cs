using System.Globalization;
using Peft.Data;
using Peft.Models;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>What a run leaves: its tokenizer's files, its log, and after a failure neither a result nor a model.</summary>
public sealed class RunOutputTests : IDisposable
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
        var copy = Path.Combine(_folder, "copy");
        using (var trained = TrainedModel.Load(run, _registry, "cpu"))
        {
            trained.Save(copy);
            trained.Save(run, overwrite: true); // onto the folder that it was loaded from
        }

        Assert.Equal((before, before), (Probability(copy), Probability(run)));
        Directory.Delete(Path.Combine(run, "tokenizer"), recursive: true); // as runs of earlier versions are
        Assert.NotEqual(before, Probability(run));
    }

    [Fact]
    public void A_run_that_was_loaded_with_another_backbone_is_saved_without_asking_the_hub()
    {
        var run = Path.Combine(_folder, "run");
        new FineTuner(_registry).Run(Short(run));
        var result = Path.Combine(run, RunResult.FileName);
        File.WriteAllText(result, File.ReadAllText(result).Replace("\"builtin\"", "\"nobody/nothing\"", StringComparison.Ordinal));
        File.WriteAllText(result, File.ReadAllText(result).Replace(
            "\"task\": \"nobody/nothing\"", "\"task\": \"builtin\"", StringComparison.OrdinalIgnoreCase));
        using var trained = TrainedModel.Load(run, _registry, "cpu", backbone: BackboneSource.Folder(BackboneSource.BuiltIn));
        Assert.Equal("nobody/nothing", trained.Result.Settings.Backbone);
        trained.Save(Path.Combine(_folder, "copy"));
        Assert.True(File.Exists(Path.Combine(_folder, "copy", "tokenizer", "vocab.txt")));
    }

    [Fact]
    public void The_log_has_the_same_times_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = culture;
        try
        {
            new FineTuner(_registry).Run(Short(Path.Combine(_folder, "run")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.All(
            File.ReadLines(Path.Combine(_folder, "run", "log.txt")), line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", line));
    }

    [Fact]
    public void A_model_that_cannot_be_trained_is_freed()
    {
        var backbone = Path.Combine(_folder, "backbone");
        Directory.CreateDirectory(backbone);
        File.WriteAllText(Path.Combine(backbone, "config.json"), "{\"model_type\": \"remembered\"}");
        File.Copy(
            Path.Combine(BackboneSource.Folder(BackboneSource.BuiltIn), "vocab.txt"), Path.Combine(backbone, "vocab.txt"));
        var family = new RememberedFamily();
        var tuner = new FineTuner(_registry, backbones: new BackboneRegistry().Add(family));
        Assert.Throws<TrainingOptionsException>(() => tuner.Run(Short(null) with { Backbone = backbone, MaxLength = 100_000 }));
        Assert.NotEmpty(family.Weights);
        Assert.All(family.Weights, weight => Assert.True(weight.IsInvalid));
    }

    [Fact]
    public void A_run_that_could_not_replace_another_leaves_no_result_of_it()
    {
        var run = Path.Combine(_folder, "run");
        var options = Short(run);
        new FineTuner(_registry).Run(options);
        Directory.Delete(Path.Combine(run, "adapter"), recursive: true);
        File.WriteAllText(Path.Combine(run, "adapter"), "a file where a folder must go");
        Assert.ThrowsAny<IOException>(() => new FineTuner(_registry).Run(options with { Overwrite = true }));
        Assert.Throws<RunFolderException>(() => RunResult.Read(run));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TrainingOptions Short(string? output) => new()
    {
        Backbone = "builtin", Task = "builtin", Output = output, MaxSteps = 1, BatchSize = 4, TrainLimit = 8, DevLimit = 8,
    };

    private double Probability(string run)
    {
        using var trained = TrainedModel.Load(run, _registry, "cpu");
        return trained.Predict(["the food was good"])[0].Probability!.Value;
    }

    /// <summary>The built-in encoder, under a type of its own; remembers the model's weights.</summary>
    private sealed class RememberedFamily : IBackboneFamily
    {
        public IReadOnlyList<Tensor> Weights { get; private set; } = [];

        public IReadOnlyList<string> ModelTypes { get; } = ["remembered"];

        public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings)
        {
            var model = new EncoderBackbones().LoadClassifier(BackboneSource.Folder(BackboneSource.BuiltIn), outputs, settings);
            Weights = [.. model.parameters()];
            return model;
        }
    }
}
