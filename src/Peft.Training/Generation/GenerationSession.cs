using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>A language model task bound to a model. Its loss counts completion tokens only.</summary>
/// <param name="model">The model to train; its backbone is a <see cref="CausalLanguageModel"/>.</param>
/// <param name="options">The run's settings.</param>
/// <param name="train">Training examples.</param>
/// <param name="dev">Development examples.</param>
/// <param name="scored">The contexts to decode and score after training; null for none.</param>
internal sealed class GenerationSession(
    PeftModel model, TrainingOptions options, IReadOnlyList<GenerationExample> train, IReadOnlyList<GenerationExample> dev,
    ScoredContexts? scored)
    : ITaskSession
{
    /// <summary>exp(-mean loss): the geometric mean of the completion tokens' probabilities.</summary>
    public const string Likelihood = "likelihood";

    /// <summary>exp(mean loss); lower is better.</summary>
    public const string Perplexity = "perplexity";

    private const double LargestLoss = 700; // exp of more is infinite

    private readonly CausalLanguageModel _decoder = (CausalLanguageModel)model.Backbone;
    private readonly Device _device = model.Backbone.parameters().First().device;

    public IReadOnlyList<int> TrainLengths { get; } = [.. train.Select(example => example.Ids.Length)];

    public int DevCount => dev.Count;

    public string PrimaryMetric => Likelihood;

    /// <summary>What predictions need beside the weights; null for published tasks.</summary>
    public TaskState? State { get; init; }

    /// <summary>Examples that are scored after training; null for none.</summary>
    public IReadOnlyList<GenerationExample>? Test { get; init; }

    /// <summary>Whether <see cref="Perplexity"/> is among the metrics.</summary>
    public bool HasPerplexity { get; init; }

    public long CountItems(int[] rows) => rows.Sum(row => (long)train[row].CompletionTokens);

    public (Tensor Loss, long Tokens) Loss(int[] rows, long itemsOfStep)
    {
        var batch = Gather(train, rows);
        var loss = MixtureObjective.Loss(
            model,
            () => batch.Hidden(_decoder),
            (first, second, weight) =>
                VocabularyLoss.Compute(
                    first, second, _decoder.HeadWeight, batch.Labels, new LossWeights(options.LabelSmoothing, weight, itemsOfStep)),
            share: batch.Labels.shape[0] / (double)Math.Max(1, itemsOfStep));
        return (loss, batch.Tokens);
    }

    /// <summary>Mean loss of the completion tokens, without smoothing, and <see cref="Likelihood"/>.</summary>
    public EpochResult Evaluate(int epoch, double trainLoss)
    {
        var metrics = Measure(dev);
        return new EpochResult(epoch, trainLoss, metrics, metrics[Likelihood]);
    }

    private Dictionary<string, double> Measure(IReadOnlyList<GenerationExample> examples)
    {
        var (sum, tokens) = (0.0, 0L);
        EvaluationPass.Run(model, [.. examples.Select(example => example.Ids.Length)], options.BatchSize, rows =>
        {
            var batch = Gather(examples, rows);
            var logits = model.Run(() => batch.Logits(_decoder));
            sum += nn.functional.cross_entropy(logits, batch.Labels, reduction: nn.Reduction.Sum).ToDouble();
            tokens += batch.Labels.shape[0];
        });

        var loss = sum / Math.Max(1, tokens);
        return Metrics(loss, HasPerplexity);
    }

    /// <summary>The metrics of a mean loss.</summary>
    internal static Dictionary<string, double> Metrics(double loss, bool hasPerplexity)
    {
        var metrics = new Dictionary<string, double> { ["loss"] = loss, [Likelihood] = Math.Exp(-loss) };
        if (hasPerplexity)
            metrics[Perplexity] = Math.Exp(Math.Min(loss, LargestLoss));
        return metrics;
    }

    public void AppendTrain(IncrementalHash hash) => AppendTo(hash, train);

    public void AppendDev(IncrementalHash hash) => AppendTo(hash, dev);

    /// <summary>Decodes the contexts, writes texts and references to the run's folder, and scores the texts.</summary>
    public IReadOnlyDictionary<string, double> Score(ITrainingObserver observer, CancellationToken cancellation)
    {
        var tested = Test is { } test
            ? Measure(test).ToDictionary(pair => ClassificationSession.TestPrefix + pair.Key, pair => pair.Value) : [];
        if (scored is null)
            return tested;
        var decoded = scored.Decoder.Decode(scored.Set, options: null, options.BatchSize, observer.Decoded, cancellation);
        if (options.Output is not null)
            decoded.Write(options.Output);
        return tested.Concat(decoded.Score(observer.Noted)).ToDictionary();
    }

    private static void AppendTo(IncrementalHash hash, IReadOnlyList<GenerationExample> examples)
    {
        foreach (var example in examples)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>((int[])[example.Ids.Length, example.CompletionStart, .. example.Ids]));
            if (example.Counted is { } counted)
                hash.AppendData(MemoryMarshal.AsBytes<bool>(counted));
        }
    }

    private GenerationBatch Gather(IReadOnlyList<GenerationExample> examples, int[] rows) =>
        GenerationBatch.Create([.. rows.Select(row => examples[row])], _decoder.Decoder.Config.PadId, _device);
}
