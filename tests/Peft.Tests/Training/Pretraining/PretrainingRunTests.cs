using Peft.Models;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Continued pretraining, from text to a classifier that starts from its result.</summary>
public sealed class PretrainingRunTests : IDisposable
{
    private readonly OwnRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("builtin", "lora")]
    [InlineData("builtin", "adamix(lora)")]
    [InlineData("builtin-gpt2", "lora")]
    public void A_backbone_learns_the_text_and_loads_back(string backbone, string method)
    {
        var (result, _) = _run.Train("run", Options() with { Backbone = backbone, Method = method });
        Assert.Equal("likelihood", result.PrimaryMetric);
        Assert.True(result.Epochs[^1].Metrics["loss"] < result.Epochs[0].Metrics["loss"]);
        Assert.Equal(Math.Exp(result.Metrics["loss"]), result.Metrics["perplexity"], 9);
        using var trained = _run.Load("run");
        Assert.Equal(result.Metrics["loss"], trained.Evaluate().Metrics["loss"], 5);
        var prediction = Assert.Single(trained.Predict([backbone == "builtin" ? "the old [MASK] by the river" : "the old"]));
        Assert.False(string.IsNullOrEmpty(prediction.Answer));
        if (backbone == "builtin")
            Assert.StartsWith("the old ", prediction.Answer);
    }

    [Theory]
    [InlineData("builtin", false)]
    [InlineData("builtin", true)]
    [InlineData("builtin-gpt2", false)]
    public void A_stopped_run_goes_on_to_the_same_end(string backbone, bool wholeWords) =>
        _run.CheckResume(Options() with { Backbone = backbone, WholeWords = wholeWords, GradientAccumulation = 2 });

    [Fact]
    public void Options_of_the_loop_work()
    {
        var plain = _run.Train("plain", Options()).Result;
        var recomputed = _run.Train("recomputed", Options() with { RecomputeActivations = true }).Result;
        Assert.Equal(plain.Epochs.Select(epoch => epoch.TrainLoss), recomputed.Epochs.Select(epoch => epoch.TrainLoss));
        var half = _run.Train("half", Options() with { BackboneDtype = "bfloat16" }).Result;
        Assert.Equal(plain.Metrics["loss"], half.Metrics["loss"], 0.2);
    }

    /// <summary>peft merge writes the adapter into the backbone; a classification run then starts from it.</summary>
    [Theory]
    [InlineData("lora")]
    [InlineData("full")]
    public void A_classifier_starts_from_the_merged_result(string method)
    {
        _run.Train("pretrained", Options() with { Method = method });
        var merged = Merge("pretrained");
        var (result, observer) = _run.Train("classifier", new TrainingOptions
        {
            Task = "builtin", Backbone = merged, TrainLimit = 32, DevLimit = 16, Epochs = 1, MaxLength = 24,
        });
        Assert.Equal(merged, result.Settings.Backbone);
        Assert.Contains(observer.Notes, note => note.Contains("left out as heads of other tasks: cls.predictions",
            StringComparison.Ordinal));
        Assert.DoesNotContain(observer.Notes, note => note.Contains("pooler is new", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_without_the_head_gets_a_new_one_that_is_trained_saved_and_merged()
    {
        var source = BackboneSource.Folder(BackboneSource.BuiltIn);
        var headless = Path.Combine(_run.Folder, "headless");
        using (var encoder = Pretrained.Encoder(source))
            CheckpointWriter.Write(encoder, source, headless);
        var (result, observer) = _run.Train("run", Options() with { Backbone = headless, BackboneDtype = "bfloat16" });
        Assert.Contains(observer.Notes, note => note.Contains("the masked-word head is new, tied to the word embedding",
            StringComparison.Ordinal));
        Assert.True(result.Parameters.Head > 0);
        using (var trained = _run.Load("run"))
            Assert.Equal(result.Metrics["loss"], trained.Evaluate().Metrics["loss"], 0.05);
        using var words = Pretrained.MaskedWords(Merge("run"));
        Assert.False(words.TrainsHead);
    }

    [Fact]
    public void A_folder_of_texts_and_paragraphs_are_documents()
    {
        var folder = Path.Combine(_run.Folder, "texts");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "a.txt"), "one line\nand one more\n\nsecond document\n");
        File.WriteAllText(Path.Combine(folder, "b.txt"), "third\nfourth\n");
        Assert.Equal(["one line\nand one more", "second document"], DocumentFile.Read(Path.Combine(folder, "a.txt")));
        Assert.Equal(["third", "fourth"], DocumentFile.Read(Path.Combine(folder, "b.txt")));
        var (result, observer) = _run.Train("run", Options() with { Data = folder, MaxSteps = 1 });
        Assert.Equal(2, result.Files.Count);
        Assert.Contains(
            "1 of 4 documents are held out for development (--dev-fraction 0.1); --dev gives a file of your own", observer.Notes);
    }

    [Fact]
    public void Text_that_cannot_be_trained_on_is_refused()
    {
        var empty = _run.Write("empty.txt", ["", " "]);
        Assert.Contains("has no text", Assert.Throws<TooFewExamplesException>(() => _run.Train(
            "run", Options() with { Data = empty })).Message);
        Assert.Equal("whole-words", Assert.Throws<TrainingOptionsException>(() => _run.Train(
            "run", Options() with { Backbone = "builtin-gpt2", WholeWords = true })).Option);
        using var host = new OwnRun();
        host.Train("run", Options() with { MaxSteps = 1 });
        using var trained = host.Load("run");
        Assert.Contains("has no [MASK]", Assert.Throws<MaskTokenException>(() => trained.Predict(["no mask"])).Message);
    }

    private TrainingOptions Options() => new()
    {
        Backbone = "builtin", Task = "mlm", Epochs = 3, BatchSize = 4, MaxLength = 32,
        Data = _run.Write("text.txt", Enumerable.Range(0, 120).Select(at => $"the old mill by the river has {at % 5} wheels and a bridge")),
    };

    /// <summary>What `peft merge` does.</summary>
    private string Merge(string name)
    {
        var (source, folder) = (_run.Output(name), Path.Combine(_run.Folder, name + "-merged"));
        var manifest = AdapterFolder.ReadManifest(Path.Combine(source, "adapter"));
        var backbone = BackboneSource.Folder(manifest.Backbone!);
        using var model = AdapterBackbone.Open(new BackboneRegistry(), backbone, labels: null, kind: manifest.HeadKind);
        AdapterFolder.Load(model, Path.Combine(source, "adapter"), _run.Methods);
        if (manifest.Method != "full")
            model.MergeAndUnload();
        CheckpointWriter.Write(model.Backbone, backbone, folder);
        return folder;
    }
}
