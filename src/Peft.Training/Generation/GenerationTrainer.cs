using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Peft.Backbones;
using Peft.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Trains a language model on a data-to-text task: <see cref="TrainingLoop"/> with a loss that counts completion tokens only.</summary>
/// <param name="model">What is trained.</param>
/// <param name="decoder">The model's backbone.</param>
/// <param name="options">The run's settings.</param>
/// <param name="observer">Told how the run goes.</param>
/// <param name="meters">Counts steps and tokens.</param>
public sealed class GenerationTrainer(PeftModel model, CausalLanguageModel decoder, TrainingOptions options, ITrainingObserver observer, TrainingMeters meters)
{
    /// <summary>The metric that selects the epoch: e to the minus mean loss, the geometric mean of the completion tokens' probabilities.</summary>
    public const string Likelihood = "likelihood";

    private readonly TrainingLoop _loop = new(model, options, observer, meters);
    private readonly Device _device = decoder.parameters().First().device;

    /// <summary>Trains, evaluating after each epoch.</summary>
    /// <param name="train">Training examples.</param>
    /// <param name="dev">Development examples.</param>
    /// <param name="cancellation">Stops the run after the step in progress.</param>
    /// <returns>What happened. The model holds the selected weights.</returns>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite.</exception>
    public TrainingOutcome Train(IReadOnlyList<GenerationExample> train, IReadOnlyList<GenerationExample> dev, CancellationToken cancellation) =>
        _loop.Run(
            [.. train.Select(example => example.Ids.Length)], new RunExamples(hash => AppendTo(hash, train), hash => AppendTo(hash, dev)), rows => Loss(train, rows),
            (epoch, loss) => Evaluate(dev, epoch, loss), cancellation);

    /// <summary>Mean loss of the completion tokens, without smoothing, in evaluation mode.</summary>
    /// <param name="dev">Examples.</param>
    /// <param name="epoch">The epoch, for the result.</param>
    /// <param name="trainLoss">The epoch's mean loss, for the result.</param>
    /// <returns>loss and <see cref="Likelihood"/>.</returns>
    public EpochResult Evaluate(IReadOnlyList<GenerationExample> dev, int epoch = 0, double trainLoss = 0)
    {
        decoder.eval();
        using var frozen = no_grad();
        var (sum, tokens) = (0.0, 0L);
        foreach (var rows in LengthBucketSampler.ForEvaluation([.. dev.Select(example => example.Ids.Length)], options.BatchSize))
        {
            using var scope = NewDisposeScope();
            var batch = Gather(dev, rows);
            var logits = model.Run(() => batch.Logits(decoder));
            sum += nn.functional.cross_entropy(logits, batch.Labels, reduction: nn.Reduction.Sum).ToDouble();
            tokens += batch.Labels.shape[0];
        }

        var loss = sum / Math.Max(1, tokens);
        var metrics = new Dictionary<string, double> { ["loss"] = loss, [Likelihood] = Math.Exp(-loss) };
        return new EpochResult(epoch, trainLoss, metrics, metrics[Likelihood]);
    }

    private static void AppendTo(IncrementalHash hash, IReadOnlyList<GenerationExample> examples)
    {
        foreach (var example in examples)
            hash.AppendData(MemoryMarshal.AsBytes<int>((int[])[example.Ids.Length, example.CompletionStart, .. example.Ids]));
    }

    private (Tensor Loss, long Tokens) Loss(IReadOnlyList<GenerationExample> train, int[] rows)
    {
        var batch = Gather(train, rows);
        var loss = MixtureObjective.Loss(
            model,
            () => batch.Hidden(decoder),
            (first, second, weight) => VocabularyLoss.Of(first, second, decoder.HeadWeight, batch.Labels, options.LabelSmoothing, weight));
        return (loss, batch.Tokens);
    }

    private GenerationBatch Gather(IReadOnlyList<GenerationExample> examples, int[] rows) =>
        GenerationBatch.Of([.. rows.Select(row => examples[row])], decoder.Decoder.Config.PadId, _device);
}
