using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Tagged sentences as windows.</summary>
/// <param name="Sentences">The sentences, for their tags.</param>
/// <param name="Windows">The windows of all of them, in their order.</param>
internal sealed record TaggedWindows(IReadOnlyList<TaggedSentence> Sentences, IReadOnlyList<WordWindow> Windows)
{
    /// <summary>Encodes sentences.</summary>
    public static TaggedWindows Encode(IReadOnlyList<TaggedSentence> sentences, WordWindows encoder) =>
        new(sentences, [.. sentences.SelectMany((sentence, index) => encoder.Encode(index, sentence.Words))]);

    /// <summary>Adds ids, places and tags to a hash.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        foreach (var window in Windows)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>((int[])[window.Ids.Length, .. window.Ids, .. window.Positions]));
            foreach (var word in window.Words)
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Sentences[window.Sentence].Tags[word] + "\n"));
        }
    }
}

/// <summary>
/// A classification of tokens bound to a model. The label of a word is that of its first token; the other tokens do not count in the loss.
/// </summary>
/// <param name="model">The model to train; its backbone is an <see cref="ITokenClassifierBackbone"/>.</param>
/// <param name="tokenizer">The backbone's tokenizer.</param>
/// <param name="options">The run's settings.</param>
/// <param name="state">The labels and their scheme.</param>
/// <param name="train">Training sentences.</param>
/// <param name="dev">Development sentences.</param>
/// <param name="test">Sentences that are scored after training; null for none.</param>
internal sealed class TokenSession(
    PeftModel model, ITokenizer tokenizer, TrainingOptions options, TaskState state, TaggedWindows train, TaggedWindows dev,
    TaggedWindows? test)
    : ITaskSession
{
    private readonly ITokenClassifierBackbone _backbone = (ITokenClassifierBackbone)model.Backbone;
    private readonly Device _device = model.Backbone.parameters().First().device;
    private readonly WordTagger _tagger = new(model, tokenizer, state.Labels);
    private readonly Dictionary<string, long> _classes = state.Labels.Select((label, index) => (label, index))
        .ToDictionary(pair => pair.label, pair => (long)pair.index, StringComparer.Ordinal);

    public IReadOnlyList<int> TrainLengths { get; } = [.. train.Windows.Select(window => window.Ids.Length)];

    public int DevCount => dev.Sentences.Count;

    public string PrimaryMetric => options.Metric ?? EntityScore.PrimaryOf(Scheme);

    public TaskState State => state;

    public ClassReport? Classes { get; private set; }

    private TagScheme Scheme => state.Scheme ?? TagScheme.Plain;

    public long CountItems(int[] rows) => rows.Sum(row => (long)train.Windows[row].Words.Length);

    public (Tensor Loss, long Tokens) Loss(int[] rows, long itemsOfStep)
    {
        WordWindow[] windows = [.. rows.Select(row => train.Windows[row])];
        var batch = WindowBatch.Create(windows, tokenizer, _device);
        var labels = tensor(
            windows.SelectMany(window => window.Words.Select(word => _classes[train.Sentences[window.Sentence].Tags[word]])).ToArray(),
            device: _device);
        var share = labels.shape[0] / (double)itemsOfStep;
        var loss = MixtureObjective.Loss(
            model, () => batch.Logits(_backbone),
            (first, second, weight) =>
            {
                var own = nn.functional.cross_entropy(first, labels);
                return (second is null ? own : own + weight * ConsistencyLoss.Compute(first, second)) * share;
            },
            share);
        return (loss, batch.Tokens);
    }

    public EpochResult Evaluate(int epoch, double trainLoss)
    {
        var score = Measure(dev);
        (Classes, var scores) = (score.Report(), score.Scores());
        return new EpochResult(epoch, trainLoss, scores, scores[PrimaryMetric]);
    }

    public void AppendTrain(IncrementalHash hash) => train.AppendTo(hash);

    public void AppendDev(IncrementalHash hash) => dev.AppendTo(hash);

    /// <summary>Scores the test sentences. The names of the metrics have the prefix <c>test_</c>.</summary>
    public IReadOnlyDictionary<string, double> Score(ITrainingObserver observer, CancellationToken cancellation) => test is null
        ? new Dictionary<string, double>()
        : Measure(test).Scores().ToDictionary(pair => ClassificationSession.TestPrefix + pair.Key, pair => pair.Value);

    private EntityScore Measure(TaggedWindows data)
    {
        var tagged = _tagger.Tag(data.Windows, [.. data.Sentences.Select(sentence => sentence.Words.Count)], options.BatchSize);
        var score = new EntityScore(Scheme);
        foreach (var (sentence, (tags, _)) in data.Sentences.Zip(tagged))
            score.Add(sentence.Tags, tags);
        return score;
    }
}
