using Microsoft.Extensions.Logging;
using Peft.Backbones;
using Peft.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The training loop, to be read from top to bottom: epochs, steps, evaluation, the best epoch's weights.</summary>
/// <param name="model">What is trained.</param>
/// <param name="classifier">The model's backbone.</param>
/// <param name="task">The task: loss and metrics.</param>
/// <param name="options">The run's settings.</param>
/// <param name="observer">Told how the run goes.</param>
/// <param name="meters">Counts steps and tokens.</param>
/// <param name="logger">Gets a line for each epoch.</param>
public sealed partial class Trainer(
    PeftModel model, SequenceClassifier classifier, TaskDefinition task, TrainingOptions options,
    ITrainingObserver observer, TrainingMeters meters, ILogger<Trainer> logger)
{
    private readonly TaskObjective _objective = new(task);
    private readonly Evaluator _evaluator = new(model, classifier, task);

    /// <summary>Trains, evaluating after each epoch.</summary>
    /// <param name="train">Training data.</param>
    /// <param name="dev">Development data.</param>
    /// <param name="cancellation">Stops the run after the step in progress; the weights are then those of that step.</param>
    /// <returns>What happened. The model holds the selected weights.</returns>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite.</exception>
    public TrainingOutcome Train(EncodedDataset train, EncodedDataset dev, CancellationToken cancellation)
    {
        var sampler = new LengthBucketSampler(train.Lengths, options.BatchSize, options.Seed);
        var stepsPerEpoch = (sampler.BatchCount + options.GradientAccumulation - 1) / options.GradientAccumulation;
        var totalSteps = options.MaxSteps > 0 ? Math.Min(options.MaxSteps, stepsPerEpoch * options.Epochs) : stepsPerEpoch * options.Epochs;
        using var optimizer = new Optimizer(model.TrainableParameters, options, totalSteps, model.Adapter?.Spec.Mixture?.DecayUnpicked ?? false);
        using var best = new BestWeights(model);
        var clock = new StepClock(totalSteps);
        var epochs = new List<EpochResult>();

        for (var epoch = 1; epoch <= options.Epochs && clock.Step < totalSteps && !cancellation.IsCancellationRequested; epoch++)
        {
            var lossSum = 0.0;
            var stepsBefore = clock.Step;
            classifier.train();
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
            var result = _evaluator.Evaluate(dev, options.BatchSize, epoch, lossSum / (clock.Step - stepsBefore));
            epochs.Add(result);
            LogEpoch(epoch, result.TrainLoss, result.Primary);
            observer.Evaluated(result);
            if (options.SelectBest)
                best.Offer(epoch, result.Primary);
        }

        if (!cancellation.IsCancellationRequested)
            best.Restore();
        return new TrainingOutcome(epochs, options.SelectBest ? best.Epoch : epochs.Count, clock.Step, clock.Elapsed, cancellation.IsCancellationRequested);
    }

    /// <summary>Forward and backward over the batches of one optimiser step; every temporary tensor dies with its batch.</summary>
    private double Accumulate(EncodedDataset train, int[][] batches, StepClock clock)
    {
        var total = 0.0;
        foreach (var rows in batches)
        {
            using var scope = NewDisposeScope();
            var batch = TensorBatch.Of(train.Gather(rows), classifier);
            var (loss, _) = MixtureObjective.Loss(model, () => classifier.call(batch.Inputs), logits => _objective.Loss(logits, batch.Labels));
            var value = loss.ToDouble();
            if (!double.IsFinite(value))
                throw new NonFiniteLossException(clock.Step + 1, value);
            (loss / batches.Length).backward();
            total += value / batches.Length;
            clock.Count(batch.Tokens);
        }

        return total;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "epoch {Epoch}: train loss {Loss:F4}, development metric {Metric:F4}")]
    private partial void LogEpoch(int epoch, double loss, double metric);
}

/// <summary>What a run did.</summary>
/// <param name="Epochs">Development metrics after each epoch.</param>
/// <param name="SelectedEpoch">The epoch whose weights the model holds, from 1; 0 when none was finished.</param>
/// <param name="Steps">Optimiser steps done.</param>
/// <param name="Elapsed">Time for steps and evaluation.</param>
/// <param name="Cancelled">Whether the run was stopped before its end; the model then holds the last step's weights.</param>
public sealed record TrainingOutcome(IReadOnlyList<EpochResult> Epochs, int SelectedEpoch, int Steps, TimeSpan Elapsed, bool Cancelled);

/// <summary>A training loss is NaN or infinite.</summary>
/// <param name="step">The step, from 1.</param>
/// <param name="loss">The loss.</param>
public sealed class NonFiniteLossException(int step, double loss)
    : Exception($"the loss of step {step} is {loss}; training stopped. Lower --learning-rate, or check the data and the backbone's weights.");
