using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Interop;

/// <summary>The backbone that an adapter's files ask for.</summary>
public sealed class AdapterBackboneTests : IDisposable
{
    private static readonly BackboneRegistry s_families = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_labels_the_checkpoints_own_head_stays()
    {
        using (var words = AdapterBackbone.Open(s_families, Repository.Asset("tiny-bert-en"), labels: null))
        {
            Assert.IsType<MaskedWordModel>(words.Backbone);
            Assert.Empty(words.HeadParameters);
        }

        using var three = Pretrained.Classifier(Repository.Asset("tiny-bert-en"), labels: 3);
        CheckpointWriter.Write(three, Repository.Asset("tiny-bert-en"), _folder["classifier"]);
        using var own = AdapterBackbone.Open(s_families, _folder["classifier"], labels: null);
        Assert.True(Parameter(own.Backbone, "classifier.weight").eq(Parameter(three, "classifier.weight")).all().ToBoolean());
        Assert.Empty(own.HeadParameters);
    }

    [Fact]
    public void With_labels_the_head_has_as_many_outputs_and_is_trainable()
    {
        using var encoder = AdapterBackbone.Open(s_families, Repository.Asset("tiny-bert-en"), labels: 5);
        Assert.Equal(5, Parameter(encoder.Backbone, "classifier.weight").shape[0]);
        Assert.Equal(2, encoder.HeadParameters.Count());
        using var decoder = AdapterBackbone.Open(s_families, Repository.Asset("tiny-gpt2-en"), labels: 4);
        Assert.Equal(4, Parameter(decoder.Backbone, "score.weight").shape[0]);
        using var language = AdapterBackbone.Open(s_families, Repository.Asset("tiny-gpt2-en"), labels: null);
        Assert.IsType<CausalLanguageModel>(language.Backbone);
    }

    [Fact]
    public void A_configuration_alone_will_do_where_only_shapes_matter()
    {
        Directory.CreateDirectory(_folder["alone"]);
        File.Copy(Path.Combine(Repository.Asset("tiny-bert-en"), "config.json"), Path.Combine(_folder["alone"], "config.json"));
        Assert.False(AdapterBackbone.HasWeights(_folder["alone"]));
        using var model = AdapterBackbone.Open(s_families, _folder["alone"], labels: 2, shapesAlone: true);
        Assert.Equal(2, Parameter(model.Backbone, "classifier.weight").shape[0]);
        Assert.ThrowsAny<Exception>(() => AdapterBackbone.Open(s_families, _folder["alone"], labels: 2));
    }

    private static Tensor Parameter(nn.Module model, string name) => model.named_parameters().First(pair => pair.Item1 == name).Item2;
}
