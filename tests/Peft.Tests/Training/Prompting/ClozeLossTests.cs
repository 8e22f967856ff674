using Peft.Data;
using Peft.Models;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training.Prompting;

/// <summary>Scores and loss of a prompt in float64: by hand, and the gradient by finite differences.</summary>
public sealed class ClozeLossTests : IDisposable
{
    private static readonly ITokenizer s_tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltIn));
    private static readonly ClozePrompt s_prompt =
        ClozePrompt.Create("test", "{text} It was {mask}.", [new("negative", "bad"), new("positive", "good")], "test");

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(EncoderFamily.Bert)]
    [InlineData(EncoderFamily.Roberta)]
    public void The_scores_are_the_logits_of_the_words_at_the_mask(EncoderFamily family)
    {
        var (model, data, session) = Bind(family);
        var words = Verbaliser.Tokens(s_prompt, s_tokenizer, "tiny");
        using var frozen = no_grad();
        var scores = new Evaluator(model, data.Task, new ClozeLogits((IMaskedWordBackbone)model.Backbone, words).Compute);
        var (expected, loss) = (new List<float>(), 0.0);
        var encoder = new ClozeEncoder(s_prompt, s_tokenizer, "tiny");
        foreach (var example in data.Train.Examples)
        {
            var row = encoder.Encode(example.Text, null, [], 24);
            var logits = ((MaskedWordModel)model.Backbone).call(new EncoderInputs(tensor(
                row.Ids.Select(id => (long)id).ToArray(), [1, row.Ids.Length])));
            double[] own = [.. words.Select(word => logits[0, row.Place!.Value, word].item<double>())];
            expected.AddRange(own.Select(score => (float)score));
            loss += Math.Log(own.Sum(Math.Exp)) - own[(int)example.Label];
        }

        var rows = new EncodedDataset(
            data.Task, data.Train.Examples, [.. data.Train.Examples.Select(example => encoder.Encode(example.Text, null, [], 24))],
            s_tokenizer.PadId, 24);
        Assert.Equal(expected, scores.Logits(rows, batchSize: 2), (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal(loss / data.Train.Examples.Count, session.Loss([0, 1, 2], 3).Loss.item<double>(), 10);
    }

    [Theory]
    [InlineData(EncoderFamily.Bert, "cls.predictions.transform.dense.weight", "bert.embeddings.word_embeddings.weight")]
    [InlineData(EncoderFamily.Roberta, "lm_head.dense.weight", "roberta.embeddings.word_embeddings.weight")]
    public void The_gradient_is_that_of_finite_differences(EncoderFamily family, params string[] names)
    {
        var (model, _, session) = Bind(family);
        foreach (var (_, parameter) in model.Backbone.named_parameters())
            parameter.requires_grad = true;
        double Value() => session.Loss([0, 1, 2], 3).Loss.item<double>();
        session.Loss([0, 1, 2], 3).Loss.backward();
        foreach (var name in names)
        {
            var parameter = model.Backbone.named_parameters().Single(pair => pair.name == name).parameter;
            using var frozen = no_grad();
            var (flat, gradient) = (parameter.view(-1), parameter.grad!.view(-1));
            var at = gradient.abs().argmax().item<long>();
            var before = flat[at].item<double>();
            flat[at] = before + 1e-5;
            var above = Value();
            flat[at] = before - 1e-5;
            var below = Value();
            flat[at] = before;
            Assert.NotEqual(0, gradient[at].item<double>(), 6);
            Assert.Equal((above - below) / 2e-5, gradient[at].item<double>(), 7);
        }
    }

    private static (PeftModel Model, TaskData Data, ITaskSession Session) Bind(EncoderFamily family)
    {
        manual_seed(5).Dispose();
        var backbone = new MaskedWordModel(TinyEncoder.Config(family) with { VocabularySize = 8192, MaxPositions = 64 });
        backbone.to(float64);
        backbone.eval();
        var model = new PeftModel(backbone);
        var definition = new TaskDefinition("prompt", "prompt", s_prompt.Labels, false, MetricKind.Accuracy, [MetricKind.Accuracy]);
        var split = new TaskSplit("memory", [new("a fine old mill", null, 1), new("dull", null, 0), new("the bridge", null, 1)]);
        var data = new TaskData(definition, split, split);
        var session = new PromptData(data, s_prompt, [], areTest: false, metric: null).Encode(
            model, s_tokenizer, new TrainingOptions { BatchSize = 3, MaxLength = 24 });
        return (model, data, session);
    }
}
