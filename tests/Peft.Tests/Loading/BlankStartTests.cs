using Peft.Models;
using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Loading;

/// <summary>I37: a backbone made without drawing weights and then loaded is one that drew them first.</summary>
public sealed class BlankStartTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("peft-test-").FullName, "model.safetensors");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Theory, InlineData(EncoderFamily.Bert), InlineData(EncoderFamily.Roberta)]
    public void Every_value_comes_from_the_file(EncoderFamily family)
    {
        using var saved = TinyEncoder.Classifier(family, seed: 5);
        SafetensorsWriter.Write(_file, saved.named_parameters()
            .Select(pair => new TensorSource(pair.Item1, DType.F32, [.. pair.Item2.shape], pair.Item2.detach().clone().bytes.ToArray())));
        using var normal = TinyEncoder.Classifier(family, seed: 6);
        using var blank = new SequenceClassifier(TinyEncoder.Config(family), blank: true);
        using (no_grad())
        {
            foreach (var parameter in blank.parameters())
                parameter.fill_(double.NaN);
        }

        blank.eval();
        using var file = SafetensorsFile.Open(_file);
        CheckpointLoader.Load(normal, file, LoadRules.Strict);
        CheckpointLoader.Load(blank, file, LoadRules.Strict);
        foreach (var (one, other) in normal.named_parameters().Zip(blank.named_parameters()))
        {
            Assert.Equal(one.Item1, other.Item1);
            Assert.True(one.Item2.eq(other.Item2).all().ToBoolean(), one.Item1);
        }

        var inputs = TinyEncoder.Batch(family);
        Assert.Equal(saved.call(inputs).data<float>().ToArray(), blank.call(inputs).data<float>().ToArray());
        Assert.Equal(normal.call(inputs).data<float>().ToArray(), blank.call(inputs).data<float>().ToArray());
    }

    [Fact]
    public void A_pretrained_encoder_is_the_same_and_the_drawn_weights_of_a_new_head_stay_as_they_were()
    {
        var folder = Path.Combine(Root(), "assets", "tiny-bert-en");
        manual_seed(3);
        using var normal = Pretrained.Classifier(folder, labels: 4);
        using var blank = Pretrained.Classifier(folder, labels: 4, blankHead: true);
        foreach (var (one, other) in normal.Encoder.named_parameters().Zip(blank.Encoder.named_parameters()))
            Assert.True(one.Item2.eq(other.Item2).all().ToBoolean(), one.Item1);
        manual_seed(3);
        using var drawn = new SequenceClassifier(normal.Encoder.Config);
        Assert.Equal(
            drawn.named_parameters().First(pair => pair.Item1 == "classifier.weight").Item2.data<float>().ToArray(),
            normal.named_parameters().First(pair => pair.Item1 == "classifier.weight").Item2.data<float>().ToArray());
    }

    [Fact]
    public void A_blank_encoder_draws_nothing_of_its_own()
    {
        using var blank = new EncoderModel(
            TinyEncoder.Config(EncoderFamily.Bert) with { InitializerRange = 100 }, withPooler: true, blank: true);
        using var normal = new EncoderModel(TinyEncoder.Config(EncoderFamily.Bert) with { InitializerRange = 100 }, withPooler: true);
        float Largest(EncoderModel model) => model.parameters().Max(parameter => parameter.abs().max().item<float>());
        Assert.True(Largest(blank) < 10 && Largest(normal) > 100);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
