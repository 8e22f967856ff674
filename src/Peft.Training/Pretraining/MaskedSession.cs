using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Peft.Data;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Pretraining on masked words bound to a model. Masks of training windows differ between epochs; others are fixed.</summary>
/// <param name="model">The model to train; its backbone is an <see cref="IMaskedWordBackbone"/>.</param>
/// <param name="padId">The padding token's id.</param>
/// <param name="masker">Masks tokens.</param>
/// <param name="options">The run's settings.</param>
/// <param name="train">Training windows.</param>
/// <param name="dev">Development windows.</param>
/// <param name="test">Windows that are scored after training; null for none.</param>
internal sealed class MaskedSession(
    PeftModel model, int padId, WordMasker masker, TrainingOptions options, IReadOnlyList<PackedWindow> train,
    IReadOnlyList<PackedWindow> dev, IReadOnlyList<PackedWindow>? test)
    : ITaskSession
{
    private readonly IMaskedWordBackbone _backbone = (IMaskedWordBackbone)model.Backbone;
    private readonly Device _device = model.Backbone.parameters().First().device;
    private int _epoch = 1;

    public IReadOnlyList<int> TrainLengths { get; } = [.. train.Select(window => window.Ids.Length)];

    public int DevCount => dev.Count;

    public string PrimaryMetric => options.Metric ?? GenerationSession.Likelihood;

    /// <summary>Empty, because predictions need only the weights. It is stored to mark a run on a user's own files.</summary>
    public TaskState State { get; } = new();

    public void BeginEpoch(int epoch) => _epoch = epoch;

    /// <summary>The number of tokens that are predicted.</summary>
    public long CountItems(int[] rows) => rows.Sum(row => (long)Masked(row).Positions.Length);

    public (Tensor Loss, long Tokens) Loss(int[] rows, long itemsOfStep)
    {
        MaskedWindow[] windows = [.. rows.Select(Masked)];
        var (ids, mask, positions, labels) = Batch(windows);
        var share = labels.shape[0] / (double)itemsOfStep;
        var loss = MixtureObjective.Loss(
            model, () => Logits(ids, mask, positions),
            (first, second, weight) =>
            {
                var own = nn.functional.cross_entropy(first, labels);
                return (second is null ? own : own + weight * ConsistencyLoss.Compute(first, second)) * share;
            },
            share);
        return (loss, windows.Sum(window => (long)window.Ids.Length));
    }

    public EpochResult Evaluate(int epoch, double trainLoss)
    {
        var metrics = Measure(dev);
        return new EpochResult(epoch, trainLoss, metrics, metrics[PrimaryMetric]);
    }

    public void AppendTrain(IncrementalHash hash) => AppendTo(hash, train);

    public void AppendDev(IncrementalHash hash) => AppendTo(hash, dev);

    /// <summary>Scores the test windows. The names of the metrics have the prefix <c>test_</c>.</summary>
    public IReadOnlyDictionary<string, double> Score(ITrainingObserver observer, CancellationToken cancellation) => test is null
        ? new Dictionary<string, double>()
        : Measure(test).ToDictionary(pair => ClassificationSession.TestPrefix + pair.Key, pair => pair.Value);

    private MaskedWindow Masked(int row) => masker.Mask(train[row], options.Seed, _epoch, row);

    private Dictionary<string, double> Measure(IReadOnlyList<PackedWindow> windows)
    {
        var (sum, right, tokens) = (0.0, 0L, 0L);
        EvaluationPass.Run(model, [.. windows.Select(window => window.Ids.Length)], options.BatchSize, rows =>
        {
            var (ids, mask, positions, labels) = Batch([.. rows.Select(row => masker.Mask(windows[row], TaskSource.SubsetSeed, 0, row))]);
            var logits = model.Run(() => Logits(ids, mask, positions));
            sum += nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).ToDouble();
            right += logits.argmax(1).eq(labels).sum().ToInt64();
            tokens += labels.shape[0];
        });

        return GenerationSession.Metrics(sum / Math.Max(1, tokens), hasPerplexity: true)
            .Append(new("accuracy", right / (double)Math.Max(1, tokens))).ToDictionary();
    }

    /// <summary>The logits [tokens, vocabulary].</summary>
    private Tensor Logits(Tensor ids, Tensor? mask, Tensor positions) =>
        LossPrecision.Widen(_backbone.PredictWords(ids, mask, positions));

    /// <summary>Ids and mask [rows, length], and the predicted tokens as indices into rows times length with their ids.</summary>
    private (Tensor Ids, Tensor? Mask, Tensor Positions, Tensor Labels) Batch(IReadOnlyList<MaskedWindow> windows)
    {
        var length = windows.Max(window => window.Ids.Length);
        var (ids, mask, positions) = (new long[windows.Count * length], new long[windows.Count * length], new List<long>());
        Array.Fill(ids, padId);
        for (var row = 0; row < windows.Count; row++)
        {
            for (var at = 0; at < windows[row].Ids.Length; at++)
                (ids[(row * length) + at], mask[(row * length) + at]) = (windows[row].Ids[at], 1);
            positions.AddRange(windows[row].Positions.Select(position => ((long)row * length) + position));
        }

        var isPadded = windows.Any(window => window.Ids.Length < length);
        return (tensor(ids, [windows.Count, length], device: _device),
            isPadded ? tensor(mask, [windows.Count, length], device: _device) : null,
            tensor(positions.ToArray(), device: _device), tensor(windows.SelectMany(window => window.Labels).ToArray(), device: _device));
    }

    private static void AppendTo(IncrementalHash hash, IReadOnlyList<PackedWindow> windows)
    {
        foreach (var window in windows)
            hash.AppendData(MemoryMarshal.AsBytes<int>((int[])[window.Ids.Length, .. window.Ids]));
    }
}
