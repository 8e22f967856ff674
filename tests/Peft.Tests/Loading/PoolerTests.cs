using Microsoft.Extensions.DependencyInjection;
using Peft.Data;
using Peft.Models;
using Peft.Tests.Interop;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Loading;

/// <summary>A sentence encoder's pooler was not trained, so that classifiers get a new one; both kinds of adapters load again.</summary>
public sealed class PoolerTests : IDisposable
{
    private const string Weight = "bert.pooler.dense.weight";

    private readonly Interop.TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _notices = [];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(PoolerChoice.Auto, false, null)]
    [InlineData(PoolerChoice.Auto, true, "because that of a sentence encoder was not trained: it is trained and saved with the head")]
    [InlineData(PoolerChoice.Stored, true, null)]
    [InlineData(PoolerChoice.New, false, "the pooler is new: it is trained and saved with the head")]
    public void A_new_pooler_is_trained_with_the_head(PoolerChoice choice, bool isSentenceEncoder, string? notice)
    {
        var folder = Checkpoint(isSentenceEncoder);
        using var stored = CheckpointFolder.Open(folder);
        using var model = Load(folder, choice);
        var pooler = model.Backbone.named_parameters().Single(pair => pair.name == Weight).parameter;
        Assert.Equal(notice is null, pooler.equal(ArchiveTensors.Read(stored, Weight).to(float32)).all().ToBoolean());
        Assert.Equal(notice is not null, pooler.requires_grad);
        Assert.Equal(notice is not null, model.HeadParameters.Any(pair => pair.Name == Weight));
        Assert.Equal(notice is not null, _notices.Any(line => line.EndsWith(notice ?? "pooler", StringComparison.Ordinal)));
        if (notice is not null)
            Assert.InRange(pooler.std().ToDouble(), 0.015, 0.025); // initializer_range is 0.02
    }

    [Theory]
    [InlineData("auto", "adamix(houlsby)", true)]
    [InlineData("stored", "adamix(houlsby)", false)]
    [InlineData("stored", "bitfit", false)]
    [InlineData("stored", "full", true)]
    public void A_run_loads_with_the_pooler_it_was_trained_with(string choice, string method, bool isSaved)
    {
        var folder = Checkpoint(isSentenceEncoder: true);
        using var host = Host();
        var options = Training.Watching.Short with
        {
            Backbone = folder, Method = method, Epochs = 1, Output = _folder["run"], Pooler = choice,
        };
        string[] texts = ["a fine film", "a dull and endless film"];
        IReadOnlyList<Prediction> expected;
        using (var trained = host.Services.GetRequiredService<FineTuner>().Train(new TaskRegistry().Find("verdict"), options))
            expected = trained.Predict(texts);
        using var adapter = SafetensorsFile.Open(Path.Combine(_folder["run"], "adapter", AdapterFolder.TensorsName));
        Assert.Equal(isSaved, adapter.Tensors.ContainsKey(Weight));
        using var loaded = TrainedModel.Load(_folder["run"], host.Services.GetRequiredService<MethodRegistry>());
        Assert.Equal(expected.Select(one => one.Probability), loaded.Predict(texts).Select(one => one.Probability));
    }

    [Theory]
    [InlineData("new", "builtin-gpt2", "is for classifiers of texts on BERT")]
    [InlineData("stored", "without", "stores no pooler; leave it out, or use new")]
    [InlineData("new", "trained", "has a head for these labels, which is used with its pooler")]
    public void A_pooler_that_cannot_be_had_is_refused(string choice, string backbone, string expected)
    {
        if (backbone == "without")
            backbone = Checkpoint(isSentenceEncoder: false, key => !key.Contains("pooler", StringComparison.Ordinal));
        if (backbone == "trained")
            backbone = Trained();
        var options = Training.Watching.Short with { Backbone = backbone, Method = "lora", Pooler = choice, MaxSteps = 1 };
        var problem = Assert.Throws<TrainingOptionsException>(() => Training.Watching.Run(options));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains("pooler", problem.Message, StringComparison.Ordinal);
    }

    private static Microsoft.Extensions.Hosting.IHost Host()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Methods.Lora).Assembly));
        return builder.Build();
    }

    private PeftModel Load(string folder, PoolerChoice choice) => BackboneModel.Load(
        new BackboneRegistry(), folder, new TaskHead.Classifier(3), new BackboneSettings { Pooler = choice, Notice = _notices.Add });

    /// <summary>A checkpoint with a classification head for the labels of the built-in task.</summary>
    private string Trained()
    {
        var folder = _folder["trained"];
        var labels = ((TaskHead.Classifier)new TaskRegistry().Find("builtin").Head).Labels;
        var source = Repository.Asset("tiny-bert-en");
        using var model = BackboneModel.Load(
            new BackboneRegistry(), source, new TaskHead.Classifier(labels.Count) { Labels = labels }, new BackboneSettings());
        CheckpointWriter.Write(model.Backbone, source, folder, DType.F32, labels);
        File.Copy(Path.Combine(source, "vocab.txt"), Path.Combine(folder, "vocab.txt"), overwrite: true);
        return folder;
    }

    /// <summary>A copy of the built-in encoder, with the files of sentence-transformers or without.</summary>
    private string Checkpoint(bool isSentenceEncoder, Func<string, bool>? keeps = null)
    {
        var (source, folder) = (Repository.Asset("tiny-bert-en"), _folder[Guid.NewGuid().ToString("N")]);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        if (keeps is not null)
            Drop(folder, keeps);
        foreach (var (file, text) in isSentenceEncoder ? SentenceModules.ForMean(width: 128) : [])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), text);
        }

        return folder;
    }

    private static void Drop(string folder, Func<string, bool> keeps)
    {
        var file = Path.Combine(folder, "model.safetensors");
        Dictionary<string, Tensor> tensors;
        using (var archive = CheckpointFolder.Open(folder))
            tensors = archive.Tensors.Keys.Where(keeps).ToDictionary(key => key, key => ArchiveTensors.Read(archive, key).to(float32));
        SafetensorsWriter.Write(file, tensors.Select(pair => new TensorSource(
            pair.Key, DType.F32, pair.Value.shape, stream => stream.Write(pair.Value.contiguous().bytes))));
    }
}
