using Peft.Data;
using Peft.Models;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>The loss over masked tokens in float64: by hand, and its gradient by finite differences.</summary>
public sealed class MaskedLossTests : IDisposable
{
    private static readonly ITokenizer s_tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltIn));
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(EncoderFamily.Bert)]
    [InlineData(EncoderFamily.Roberta)]
    public void It_is_the_mean_of_minus_log_p_of_the_masked_tokens(EncoderFamily family)
    {
        var (model, session, windows, masker) = Bind(family);
        session.BeginEpoch(3);
        var loss = session.Loss([0, 1], session.CountItems([0, 1])).Loss.item<double>();
        var (sum, count) = (0.0, 0);
        using var frozen = no_grad();
        for (var row = 0; row < 2; row++)
        {
            var masked = masker.Mask(windows[row], 1, 3, row);
            var logits = ((MaskedWordModel)model.Backbone).call(new EncoderInputs(tensor(
                masked.Ids.Select(id => (long)id).ToArray(), [1, masked.Ids.Length])));
            for (var at = 0; at < masked.Positions.Length; at++)
            {
                var values = logits[0, masked.Positions[at]].data<double>().ToArray();
                var highest = values.Max();
                sum += highest + Math.Log(values.Sum(value => Math.Exp(value - highest))) - values[masked.Labels[at]];
                count++;
            }
        }

        Assert.True(count > 2);
        Assert.Equal(sum / count, loss, 10);
    }

    [Theory]
    [InlineData(EncoderFamily.Bert)]
    [InlineData(EncoderFamily.Roberta)]
    public void Its_gradient_is_that_of_finite_differences(EncoderFamily family)
    {
        var (model, session, _, _) = Bind(family);
        foreach (var (_, parameter) in model.Backbone.named_parameters())
            parameter.requires_grad = true;
        double Value() => session.Loss([0, 1], session.CountItems([0, 1])).Loss.item<double>();
        session.Loss([0, 1], session.CountItems([0, 1])).Loss.backward();
        var names = family == EncoderFamily.Bert
            ? (string[])["cls.predictions.transform.dense.weight", "cls.predictions.bias", "bert.embeddings.word_embeddings.weight"]
            : ["lm_head.dense.weight", "lm_head.bias", "roberta.embeddings.word_embeddings.weight"];
        foreach (var name in names)
        {
            var parameter = model.Backbone.named_parameters().Single(pair => pair.name == name).parameter;
            using var frozen = no_grad();
            var flat = parameter.view(-1);
            var gradient = parameter.grad!.view(-1);
            foreach (var at in (long[])[gradient.abs().argmax().item<long>(), 3])
            {
                var before = flat[at].item<double>();
                flat[at] = before + 1e-5;
                var above = Value();
                flat[at] = before - 1e-5;
                var below = Value();
                flat[at] = before;
                Assert.Equal((above - below) / 2e-5, gradient[at].item<double>(), 7);
            }
        }
    }

    [Fact]
    public void The_loss_of_a_bfloat16_head_is_computed_in_float32()
    {
        var (model, session, _, _) = Bind(EncoderFamily.Bert);
        model.Backbone.to(ScalarType.BFloat16);
        Assert.Equal(ScalarType.Float32, session.Loss([0, 1], session.CountItems([0, 1])).Loss.dtype);
    }

    private static (PeftModel Model, MaskedSession Session, IReadOnlyList<PackedWindow> Windows, WordMasker Masker) Bind(
        EncoderFamily family)
    {
        manual_seed(5).Dispose();
        var backbone = new MaskedWordModel(TinyEncoder.Config(family) with { VocabularySize = 8192, MaxPositions = 64 });
        backbone.to(float64);
        var model = new PeftModel(backbone);
        var windows = new PackedWindows(s_tokenizer, 12).Pack(["The town has an old mill by the river and a bridge.",
            "A second document, short."]);
        var masker = new WordMasker(s_tokenizer, wholeWords: false, "tiny");
        backbone.eval();
        return (model, new MaskedSession(model, s_tokenizer.PadId, masker, new TrainingOptions { BatchSize = 2 }, windows, windows, null),
            windows, masker);
    }
}
