using Peft.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The training loop, to be read from top to bottom: epochs, steps, evaluation, the best epoch's weights. What a batch and its loss are, a trainer says.</summary>
/// <param name="model">What is trained.</param>
/// <param name="options">The run's settings.</param>
/// <param name="observer">Told how the run goes.</param>
/// <param name="meters">Counts steps and tokens.</param>
internal sealed class TrainingLoop(PeftModel model, TrainingOptions options, ITrainingObserver observer, TrainingMeters meters)
{
    /// <summary>Trains, evaluating after each epoch.</summary>
    /// <param name="lengths">Tokens of each training example.</param>
    /// <param name="lossOf">The loss of some examples, by number, and their tokens; called within a dispose scope of its own.</param>
    /// <param name="evaluate">The metrics after an epoch, given its number and mean loss.</param>
    /// <param name="cancellation">Stops the run after the step in progress; the weights are then those of that step.</param>
    /// <returns>What happened. The model holds the selected weights.</returns>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite.</exception>
    public TrainingOutcome Run(
        IReadOnlyList<int> lengths, Func<int[], (Tensor Loss, long Tokens)> lossOf, Func<int, double, EpochResult> evaluate, CancellationToken cancellation)
    {
        var sampler = new LengthBucketSampler(lengths, options.BatchSize, options.Seed);
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
            model.Backbone.train();
            foreach (var group in sampler.Epoch(epoch).Chunk(options.GradientAccumulation))
            {
                var loss = Accumulate(group, lossOf, clock);
                var rate = optimizer.Step();
                lossSum += loss;
                meters.Stepped(options.Method, clock.Advance(), loss);
                observer.Stepped(clock.Progress(epoch, loss, rate));
                if (clock.Step >= totalSteps || cancellation.IsCancellationRequested)
                    break;
            }

            if (cancellation.IsCancellationRequested)
                break;
            var result = evaluate(epoch, lossSum / (clock.Step - stepsBefore));
            epochs.Add(result);
            observer.Evaluated(result);
            if (options.SelectBest)
                best.Offer(epoch, result.Primary);
        }

        if (!cancellation.IsCancellationRequested)
            best.Restore();
        return new TrainingOutcome(epochs, options.SelectBest ? best.Epoch : epochs.Count, clock.Step, clock.Elapsed, cancellation.IsCancellationRequested);
    }

    /// <summary>Forward and backward over the batches of one optimiser step; every temporary tensor dies with its batch.</summary>
    private static double Accumulate(int[][] batches, Func<int[], (Tensor Loss, long Tokens)> lossOf, StepClock clock)
    {
        var total = 0.0;
        foreach (var rows in batches)
        {
            using var scope = NewDisposeScope();
            var (loss, tokens) = lossOf(rows);
            var value = loss.ToDouble();
            if (!double.IsFinite(value))
                throw new NonFiniteLossException(clock.Step + 1, value);
            (loss / batches.Length).backward();
            total += value / batches.Length;
            clock.Count(tokens);
        }

        return total;
    }
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
