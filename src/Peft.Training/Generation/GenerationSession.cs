using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Peft.Models;
using Peft.Data;
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

    private readonly CausalLanguageModel _decoder = (CausalLanguageModel)model.Backbone;
    private readonly Device _device = model.Backbone.parameters().First().device;

    public IReadOnlyList<int> TrainLengths { get; } = [.. train.Select(example => example.Ids.Length)];

    public int DevCount => dev.Count;

    public string PrimaryMetric => Likelihood;

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
        _decoder.eval();
        using var frozen = no_grad();
        var (sum, tokens) = (0.0, 0L);
        foreach (var rows in LengthBucketSampler.ForEvaluation([.. dev.Select(example => example.Ids.Length)], options.BatchSize))
        {
            using var scope = NewDisposeScope();
            var batch = Gather(dev, rows);
            var logits = model.Run(() => batch.Logits(_decoder));
            sum += nn.functional.cross_entropy(logits, batch.Labels, reduction: nn.Reduction.Sum).ToDouble();
            tokens += batch.Labels.shape[0];
        }

        var loss = sum / Math.Max(1, tokens);
        var metrics = new Dictionary<string, double> { ["loss"] = loss, [Likelihood] = Math.Exp(-loss) };
        return new EpochResult(epoch, trainLoss, metrics, metrics[Likelihood]);
    }

    public void AppendTrain(IncrementalHash hash) => AppendTo(hash, train);

    public void AppendDev(IncrementalHash hash) => AppendTo(hash, dev);

    /// <summary>Decodes the contexts, writes texts and references to the run's folder, and scores the texts.</summary>
    public IReadOnlyDictionary<string, double> Score(ITrainingObserver observer, CancellationToken cancellation)
    {
        if (scored is null)
            return new Dictionary<string, double>();
        var decoded = scored.Decoder.Decode(scored.Set, options: null, options.BatchSize, observer.Decoded, cancellation);
        if (options.Output is not null)
            decoded.Write(options.Output);
        return decoded.Score(observer.Noted);
    }

    private static void AppendTo(IncrementalHash hash, IReadOnlyList<GenerationExample> examples)
    {
        foreach (var example in examples)
            hash.AppendData(MemoryMarshal.AsBytes<int>((int[])[example.Ids.Length, example.CompletionStart, .. example.Ids]));
    }

    private GenerationBatch Gather(IReadOnlyList<GenerationExample> examples, int[] rows) =>
        GenerationBatch.Create([.. rows.Select(row => examples[row])], _decoder.Decoder.Config.PadId, _device);
}
