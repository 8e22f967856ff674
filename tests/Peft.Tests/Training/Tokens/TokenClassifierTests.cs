using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>The head on tokens: its values by hand, and heads of published checkpoints.</summary>
public sealed class TokenClassifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-token-head-").FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(EncoderFamily.Bert)]
    [InlineData(EncoderFamily.Roberta)]
    public void Logits_are_a_linear_map_of_each_state(EncoderFamily family)
    {
        manual_seed(3).Dispose();
        var model = new TokenClassifier(TinyEncoder.Config(family) with { Labels = 3 });
        model.to(float64);
        model.eval();
        using var frozen = no_grad();
        var named = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        named["classifier.bias"].copy_(tensor(new[] { 0.5, -1, 2 }));
        var ids = tensor(new long[] { 5, 9, 11, 6, 7, 8 }, [2, 3]);
        var logits = model.call(new EncoderInputs(ids));
        Assert.Equal([2L, 3, 3], logits.shape);
        var hidden = model.Encoder.call(new EncoderInputs(ids)).LastHidden;
        var (weight, bias) = (named["classifier.weight"], named["classifier.bias"]);
        for (var row = 0; row < 2; row++)
        {
            for (var token = 0; token < 3; token++)
            {
                for (var label = 0; label < 3; label++)
                {
                    var sum = bias[label].item<double>();
                    for (var at = 0; at < weight.shape[1]; at++)
                        sum += weight[label, at].item<double>() * hidden[row, token, at].item<double>();
                    Assert.Equal(sum, logits[row, token, label].item<double>(), 12);
                }
            }
        }

        Assert.DoesNotContain(named.Keys, name => name.Contains("pooler", StringComparison.Ordinal));
        Assert.Equal($"{(family == EncoderFamily.Bert ? "Bert" : "Roberta")}ForTokenClassification",
            ((IBackbone)model).Facts!.Architecture);
    }

    [Fact]
    public void A_stored_head_is_loaded_and_reordered_by_the_names_of_its_labels()
    {
        var source = BackboneSource();
        var made = Pretrained.TokenClassifier(source, 3);
        CheckpointWriter.Write(made, source, Path.Combine(_folder, "ner"), labels: ["O", "B-PER", "I-PER"]);
        var notices = new List<string>();
        var settings = new BackboneSettings { Labels = ["I-PER", "O", "B-PER"], Notice = notices.Add };
        var loaded = (TokenClassifier)new BackboneRegistry().Find(Path.Combine(_folder, "ner"))
            .LoadTokenClassifier(Path.Combine(_folder, "ner"), 3, settings)!;
        var (own, other) = (Weight(made), Weight(loaded));
        foreach (var (label, stored) in ((int, int)[])[(0, 2), (1, 0), (2, 1)])
            Assert.Equal(0, (own[stored] - other[label]).abs().max().item<float>());
        Assert.Contains("reordered by name", Assert.Single(notices));
        Assert.IsType<TokenClassifier>(new BackboneRegistry().Find(Path.Combine(_folder, "ner"))
            .LoadStored(Path.Combine(_folder, "ner"), new BackboneSettings()));
    }

    [Fact]
    public void A_classifier_of_texts_is_no_head_of_tokens_and_the_reverse()
    {
        var source = BackboneSource();
        CheckpointWriter.Write(Pretrained.Classifier(source, 3), source, Path.Combine(_folder, "texts"));
        CheckpointWriter.Write(Pretrained.TokenClassifier(source, 3), source, Path.Combine(_folder, "tokens"));
        var notices = new List<string>();
        var family = new BackboneRegistry().Find(source);
        family.LoadTokenClassifier(Path.Combine(_folder, "texts"), 3, new BackboneSettings { Notice = notices.Add })!.Dispose();
        family.LoadClassifier(Path.Combine(_folder, "tokens"), 3, new BackboneSettings { Notice = notices.Add }).Dispose();
        Assert.Contains(notices, notice => notice.Contains("of another kind (BertForSequenceClassification)", StringComparison.Ordinal));
        Assert.Contains(notices, notice => notice.Contains("of another kind (BertForTokenClassification)", StringComparison.Ordinal));
    }

    private static string BackboneSource() => Peft.Training.BackboneSource.Folder(Peft.Training.BackboneSource.BuiltIn);

    private static Tensor Weight(nn.Module model) => model.named_parameters().Single(pair => pair.name == "classifier.weight").parameter;
}
