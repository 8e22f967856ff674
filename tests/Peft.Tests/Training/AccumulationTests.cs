using Peft.Data;
using Peft.Methods;
using Peft.Models;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>An optimiser step has one objective, whatever the batches that it is split into.</summary>
public sealed class AccumulationTests : IDisposable
{
    private const string Words = "the place is cheap and the food was good but a bit far from here so we had to walk";
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-accumulation-").FullName;

    public static TheoryData<string, string> Cases { get; } = new()
    {
        { "lora", "classes" }, { "lora", "scores" }, { "lora", "words" }, { "adamix(lora)", "classes" }, { "adamix(houlsby)", "scores" },
        { "adamix(lora)", "words" }, { "adamix(houlsby)", "words" }, { "full", "classes" }, { "full", "words" },
        { "lora", "tags" }, { "adamix(lora)", "tags" }, { "adamix(houlsby)", "tags" }, { "full", "tags" },
        { "lora", "masks" }, { "adamix(lora)", "masks" }, { "full", "masks" },
        { "lora", "weighted" }, { "lora", "sets" }, { "adamix(lora)", "weighted" }, { "adamix(lora)", "sets" },
    };

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Batches_add_up_to_one_large_batch(string method, string task)
    {
        manual_seed(4).Dispose();
        var random = new Random(7);
        var (model, session) = Bind(method, task, [.. Enumerable.Range(0, 9).Select(_ => Text(random))]);
        var all = Enumerable.Range(0, 9).ToArray();
        var (expectedLoss, expected) = Step(model, session, [all]);
        Assert.True(expectedLoss > 0);
        for (var trial = 0; trial < 6; trial++)
        {
            random.Shuffle(all);
            var cut = random.Next(1, 5);
            int[][] batches = [all[..cut], all[cut..7], all[7..]];
            var (loss, gradients) = Step(model, session, batches);
            Assert.Equal(expectedLoss, loss, 1e-10);
            Assert.All(expected, pair => Assert.True(
                (pair.Value - gradients[pair.Key]).abs().max().ToDouble() <= 1e-10,
                $"{pair.Key}, {string.Join(" + ", batches.Select(batch => batch.Length))}"));
        }
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(lora)")]
    public void Runs_with_4_with_2_x_2_and_with_1_x_4_are_one_run(string method)
    {
        var random = new Random(3);
        File.WriteAllLines(
            Path.Combine(_folder, "train.txt"), Enumerable.Range(0, 4).Select(i => $"name : place {i}||{Text(random)} {Text(random)} ."));
        File.Copy(Path.Combine(_folder, "train.txt"), Path.Combine(_folder, "valid.txt"));
        var expected = Train(method, 4, 1);
        foreach (var (batch, accumulation) in ((int, int)[])[(2, 2), (1, 4)])
        {
            var found = Train(method, batch, accumulation);
            Assert.Equal(expected.Loss, found.Loss, 1e-5);
            Assert.All(expected.Weights, pair => Assert.True(
                (pair.Value - found.Weights[pair.Key]).abs().max().ToDouble() <= 1e-6, $"{pair.Key}, {batch} x {accumulation}"));
        }
    }

    private (double Loss, Dictionary<string, Tensor> Weights) Train(string method, int batch, int accumulation)
    {
        var watching = new Watching();
        using var host = Watching.Host();
        var options = new TrainingOptions
        {
            Task = "e2e", Data = _folder, Method = method, Epochs = 1, BatchSize = batch,
            GradientAccumulation = accumulation, MaxLength = 96,
            LearningRate = 1, AdamEpsilon = 1, WeightDecay = 0, MaxGradNorm = 0, WarmupRatio = 0, BackboneDropout = 0, LabelSmoothing = 0.1,
            KeepLast = true, Threads = 1,
        };
        using var trained = ((FineTuner)host.Services.GetService(typeof(FineTuner))!).Train(new GenerationTask("e2e"), options, watching);
        return (watching.Steps.Single().Loss, trained.Model.TrainableParameters.ToDictionary(pair => pair.Name, pair => pair.Parameter
            .detach().clone().DetachFromDisposeScope()));
    }

    private static string Text(Random random) => string.Join(' ', Words.Split(' ')[..random.Next(1, 19)]);

    /// <summary>A small model in float64 without dropout, with an adapter whose deltas are not zero, and a task of these texts.</summary>
    private static (PeftModel Model, ITaskSession Session) Bind(string method, string task, string[] texts)
    {
        var options = new TrainingOptions { LabelSmoothing = task == "words" ? 0.1 : 0, MaxLength = 48 };
        var tokenizer = TokenizerFiles.Load(
            BackboneSource.Folder(task == "words" ? BackboneSource.BuiltInDecoder : BackboneSource.BuiltIn));
        var definition = task == "scores" ? GlueTasks.Stsb : GlueTasks.Mnli with { IsMultiLabel = task == "sets" };
        var backbone = Backbone(task, definition.OutputCount);
        backbone.to(float64);
        var model = new PeftModel(backbone, BackboneModel.Cast(backbone).HeadName);
        var registry = new MethodRegistry().AddFrom(typeof(Lora).Assembly);
        model.Attach(MethodExpression.Parse(registry, method, new Dictionary<string, string>()), seed: 5);
        using (no_grad())
        {
            foreach (var (_, parameter) in model.Adapter?.NamedParameters ?? [])
                parameter.add_(randn_like(parameter) * 0.1);
        }

        backbone.train();
        if (task == "words")
        {
            var encoder = new GenerationEncoder(tokenizer, 8191, 48);
            var words = texts.Select((text, i) => encoder.Encode($"name : {i}", " " + text)).ToList();
            return (model, new GenerationSession(model, options, words, words, scored: null));
        }

        if (task == "tags")
        {
            var state = new TaskState { Labels = ["O", "B-X", "I-X"], Scheme = TagScheme.Bio };
            var sentences = texts.Select(text => text.Split(' ')).Select(
                words => new TaggedSentence(words, [.. words.Select((word, at) => state.Labels[(word.Length + at) % 3])])).ToList();
            var tagged = TaggedWindows.Encode(sentences, new WordWindows(tokenizer, 12));
            tagged = tagged with { Windows = [.. tagged.Windows.Take(9)] };
            return (model, new TokenSession(model, tokenizer, options, state, tagged, tagged, null));
        }

        if (task == "masks")
        {
            var masker = new WordMasker(tokenizer, wholeWords: false, "tiny");
            var windows = texts.SelectMany(text => new PackedWindows(tokenizer, 48).Pack([text])).ToList();
            return (model, new MaskedSession(model, tokenizer.PadId, masker, options, windows, windows, null));
        }

        var examples = texts.Select((text, i) => new Example(text, "a place", i % 3) { Classes = i % 3 == 0 ? [] : [i % 3, 0] }).ToList();
        var split = new TaskSplit("in memory", examples);
        var data = new EncodedDataset(definition, examples, tokenizer, options.MaxLength);
        return (model, new ClassificationSession(
            model, new TaskData(definition, split, split), null,
            options with { ClassWeights = task == "weighted" ? "balanced" : "none" }, data, data, test: null));
    }

    private static nn.Module Backbone(string task, int outputs)
    {
        var config = TinyEncoder.Config(EncoderFamily.Bert, dropout: 0) with { VocabularySize = 8192, MaxPositions = 64, Labels = outputs };
        return task switch
        {
            "words" => new CausalLanguageModel(Decoding.TinyDecoder.Config(vocabulary: 8192, positions: 64) with
            {
                HiddenDropout = 0, EmbeddingDropout = 0, AttentionDropout = 0,
            }),
            "tags" => new TokenClassifier(config with { Labels = 3 }),
            "masks" => new MaskedWordModel(config),
            _ => new SequenceClassifier(config),
        };
    }

    /// <summary>The loss and gradients of a step, as the training loop computes them.</summary>
    private static (double Loss, Dictionary<string, Tensor> Gradients) Step(PeftModel model, ITaskSession session, int[][] batches)
    {
        foreach (var (_, parameter) in model.TrainableParameters)
            parameter.grad = null!;
        if (model.Adapter?.Router is { } router)
            router.State = 11; // every step samples the same routes
        var loss = TrainingLoop.Accumulate(model, batches, batches.Sum(session.CountItems), session, _ => { });
        return (loss, model.TrainableParameters.Where(pair => pair.Parameter.grad is not null)
            .ToDictionary(pair => pair.Name, pair => pair.Parameter.grad!.clone()));
    }
}
