using Peft.Backbones;
using Peft.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The training loop of language models on data-to-text tasks: the loss counts completion tokens only.</summary>
/// <param name="model">What is trained.</param>
/// <param name="decoder">The model's backbone.</param>
/// <param name="options">The run's settings.</param>
/// <param name="observer">Told how the run goes.</param>
/// <param name="meters">Counts steps and tokens.</param>
public sealed class GenerationTrainer(PeftModel model, CausalLanguageModel decoder, TrainingOptions options, ITrainingObserver observer, TrainingMeters meters)
{
    /// <summary>The metric that selects the epoch: e to the minus mean loss, the geometric mean of the completion tokens' probabilities.</summary>
    public const string Likelihood = "likelihood";

    private readonly Device _device = decoder.parameters().First().device;

    /// <summary>Trains, evaluating after each epoch.</summary>
    /// <param name="train">Training examples.</param>
    /// <param name="dev">Development examples.</param>
    /// <param name="cancellation">Stops the run after the step in progress.</param>
    /// <returns>What happened. The model holds the selected weights.</returns>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite.</exception>
    public TrainingOutcome Train(IReadOnlyList<GenerationExample> train, IReadOnlyList<GenerationExample> dev, CancellationToken cancellation)
    {
        var sampler = new LengthBucketSampler([.. train.Select(example => example.Ids.Length)], options.BatchSize, options.Seed);
        var stepsPerEpoch = (sampler.BatchCount + options.GradientAccumulation - 1) / options.GradientAccumulation;
        var totalSteps = options.MaxSteps > 0 ? Math.Min(options.MaxSteps, stepsPerEpoch * options.Epochs) : stepsPerEpoch * options.Epochs;
        using var optimizer = new Optimizer(model.TrainableParameters, options, totalSteps, model.Adapter?.Spec.Mixture?.DecayUnpicked ?? false);
        using var best = new BestWeights(model);
        var clock = new StepClock(totalSteps);
        var epochs = new List<EpochResult>();
        for (var epoch = 1; epoch <= options.Epochs && clock.Step < totalSteps && !cancellation.IsCancellationRequested; epoch++)
        {
            var (lossSum, before) = (0.0, clock.Step);
            decoder.train();
            foreach (var group in sampler.Epoch(epoch).Chunk(options.GradientAccumulation))
            {
                var loss = Accumulate(train, group, clock);
                var rate = optimizer.Step();
                lossSum += loss;
                meters.Stepped(options.Method, clock.Advance(), loss);
                observer.Stepped(clock.Progress(epoch, loss, rate));
                if (clock.Step >= totalSteps || cancellation.IsCancellationRequested)
                    break;
            }

            if (cancellation.IsCancellationRequested)
                break;
            var result = Evaluate(dev, epoch, lossSum / (clock.Step - before));
            epochs.Add(result);
            observer.Evaluated(result);
            if (options.SelectBest)
                best.Offer(epoch, result.Primary);
        }

        if (!cancellation.IsCancellationRequested)
            best.Restore();
        return new TrainingOutcome(epochs, options.SelectBest ? best.Epoch : epochs.Count, clock.Step, clock.Elapsed, cancellation.IsCancellationRequested);
    }

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

    private double Accumulate(IReadOnlyList<GenerationExample> train, int[][] batches, StepClock clock)
    {
        var total = 0.0;
        foreach (var rows in batches)
        {
            using var scope = NewDisposeScope();
            var batch = Gather(train, rows);
            var (loss, _) = MixtureObjective.Loss(model, () => batch.Logits(decoder), logits => LanguageModelLoss.Of(logits, batch.Labels, options.LabelSmoothing));
            var value = loss.ToDouble();
            if (!double.IsFinite(value))
                throw new NonFiniteLossException(clock.Step + 1, value);
            (loss / batches.Length).backward();
            total += value / batches.Length;
            clock.Count(batch.Tokens);
        }

        return total;
    }

    private GenerationBatch Gather(IReadOnlyList<GenerationExample> examples, int[] rows) =>
        GenerationBatch.Of([.. rows.Select(row => examples[row])], decoder.Decoder.Config.PadId, _device);
}
