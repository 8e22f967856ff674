using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// Runs epochs, optimiser steps and evaluations, and restores the best epoch's weights. The task supplies the batches and their loss.
/// </summary>
/// <param name="model">The model to train.</param>
/// <param name="options">The run's settings.</param>
/// <param name="observer">Receives progress.</param>
/// <param name="meters">Counts steps and tokens; null to count nothing.</param>
internal sealed class TrainingLoop(PeftModel model, TrainingOptions options, ITrainingObserver observer, TrainingMeters? meters)
{
    /// <summary>Trains the model and evaluates it after each epoch.</summary>
    /// <param name="session">The task, bound to the model.</param>
    /// <param name="cancellation">Stops the run after the step in progress; the model then has the weights of that step.</param>
    /// <returns>The outcome of the run. The model holds the selected weights.</returns>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite, and the policy is to stop.</exception>
    /// <exception cref="SnapshotException">A snapshot cannot be written, or the run cannot resume from the existing ones.</exception>
    public TrainingOutcome Run(ITaskSession session, CancellationToken cancellation)
    {
        var sampler = new LengthBucketSampler(session.TrainLengths, options.BatchSize, options.Seed);
        var stepsPerEpoch = (sampler.BatchCount + (long)options.GradientAccumulation - 1) / options.GradientAccumulation;
        var allSteps = (int)Math.Min(stepsPerEpoch * options.Epochs, int.MaxValue);
        var totalSteps = options.MaxSteps > 0 ? Math.Min(options.MaxSteps, allSteps) : allSteps;
        using var state = new LoopState(model, options, totalSteps);
        var snapshots = RunSnapshots.Open(state, options, session, observer);
        using var mixtures = new MixtureSchedules(model, state.Optimizer, totalSteps);
        var guard = new NonFiniteGuard(options, observer);
        if (totalSteps > 0 && state.Optimizer.IsIdle)
            observer.Noted("the learning rate of every step is 0, because the warm-up is as long as the run; nothing will be learned. Give "
                + "more steps, or --warmup-ratio 0");

        var stopsEarly = StopsEarly(state);
        // A run interrupted between an epoch's last step and its evaluation starts with the evaluation.
        while (state.Epoch <= options.Epochs && (state.Clock.Step < totalSteps || state.Position > 0)
            && !cancellation.IsCancellationRequested && !stopsEarly)
        {
            model.Backbone.train();
            session.BeginEpoch(state.Epoch);
            var rolledBack = false;
            foreach (var group in sampler.Epoch(state.Epoch).Chunk(options.GradientAccumulation).Skip(state.Position))
            {
                if (state.Clock.Step >= totalSteps || cancellation.IsCancellationRequested)
                    break;
                mixtures.BeginStep(state.Clock.Step);
                rolledBack = !Step(state, group, session, guard, snapshots);
                if (rolledBack)
                    break;
                snapshots?.AfterStep();
                ComputeTurn.Yield();
            }

            if (rolledBack || cancellation.IsCancellationRequested)
                continue;
            var isLast = state.Epoch == options.Epochs || state.Clock.Step >= totalSteps;
            if (isLast || state.Epoch % options.EvaluateEvery == 0)
            {
                mixtures.BeforeEvaluation();
                Evaluate(state, session);
            }

            state.FinishEpoch();
            stopsEarly = StopsEarly(state);
        }

        var isCancelled = cancellation.IsCancellationRequested; // read once: a later request does not change how the run ended
        if (isCancelled)
            snapshots?.AtStop();
        else
            state.Best.Restore();
        var selected = isCancelled ? 0 : KeepsLast(session) ? state.Epoch - 1 : state.Best.Epoch;
        return new TrainingOutcome(state.Epochs, selected, state.Clock.Step, state.Clock.Elapsed, isCancelled)
        {
            IsLimited = totalSteps < allSteps,
            IsStoppedEarly = stopsEarly && state.Clock.Step < totalSteps,
            Picks = state.Picks,
        };
    }

    private bool KeepsLast(ITaskSession session) => options.KeepLast || !session.SelectsEpoch;

    private void Evaluate(LoopState state, ITaskSession session)
    {
        var result = session.Evaluate(state.Epoch, state.MeanLoss) with { ExpertSimilarity = ExpertSimilarity.Measure(model) };
        observer.Evaluated(result with { ExpertPicks = state.Picks });
        state.Epochs.Add(result);
        if (!KeepsLast(session))
            state.Best.Offer(state.Epoch, result.Primary);
    }

    /// <summary>Whether so many epochs passed without a better metric that the run ends.</summary>
    private bool StopsEarly(LoopState state) =>
        options.EarlyStopping > 0 && state.Best.Epoch > 0 && state.Epoch - 1 - state.Best.Epoch >= options.EarlyStopping;

    /// <summary>Runs one optimiser step, which is skipped if its loss or gradient is not finite.</summary>
    /// <returns>False if the run was rolled back to a snapshot instead.</returns>
    private bool Step(LoopState state, int[][] batches, ITaskSession session, NonFiniteGuard guard, RunSnapshots? snapshots)
    {
        if (state.Avoided.Contains(state.Clock.Step + 1))
        {
            state.SkipStep();
            return true;
        }

        var items = batches.Sum(session.CountItems);
        var loss = Accumulate(model, batches, items, session, state.Clock.Count);
        if (!double.IsFinite(loss))
            return !guard.Handle(state, snapshots, "loss", loss);
        var norm = state.Optimizer.Clip(guard.ChecksGradients);
        if (!double.IsFinite(norm))
            return !guard.Handle(state, snapshots, "gradient norm", norm);
        guard.Passed();
        var rate = state.Optimizer.Step();
        var tokens = state.FinishStep(loss, items);
        meters?.Stepped(options.Method, tokens, loss);
        observer.Stepped(state.Clock.Progress(state.Epoch, loss, rate));
        return true;
    }

    /// <summary>
    /// Runs the forward and backward passes of one optimiser step, and frees temporary tensors after each batch. The batches have the
    /// objective of one large batch: they share its average and, where a route applies to a whole batch, its routes. Stops at the first
    /// loss that is not finite.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="batches">The examples of each batch.</param>
    /// <param name="items">The items of all batches.</param>
    /// <param name="session">Computes the losses.</param>
    /// <param name="count">Receives the number of tokens of each batch.</param>
    /// <returns>The step's loss.</returns>
    internal static double Accumulate(PeftModel model, int[][] batches, long items, ITaskSession session, Action<long> count)
    {
        var routes = new StepRoutes(model);
        var total = 0.0;
        foreach (var rows in batches)
        {
            using var scope = NewDisposeScope();
            routes.Rewind();
            var (loss, tokens) = session.Loss(rows, items);
            var value = loss.ToDouble();
            if (!double.IsFinite(value))
                return value;
            Backward.Run(loss);
            total += value;
            count(tokens);
        }

        return total;
    }
}

/// <summary>The outcome of a run.</summary>
/// <param name="Epochs">Development metrics after each epoch.</param>
/// <param name="SelectedEpoch">The epoch whose weights the model holds, from 1; 0 if the run was cancelled or finished no epoch.</param>
/// <param name="Steps">Optimiser steps done.</param>
/// <param name="Elapsed">Duration of steps and evaluations.</param>
/// <param name="Cancelled">Whether the run was stopped before its end. The model then holds the last step's weights,
/// unless only the scoring was stopped.</param>
internal sealed record TrainingOutcome(IReadOnlyList<EpochResult> Epochs, int SelectedEpoch, int Steps, TimeSpan Elapsed, bool Cancelled)
{
    /// <summary>Whether <see cref="TrainingOptions.MaxSteps"/> ended the run before its last epoch was complete.</summary>
    public bool IsLimited { get; init; }

    /// <summary>Whether <see cref="TrainingOptions.EarlyStopping"/> ended the run.</summary>
    public bool IsStoppedEarly { get; init; }

    /// <summary>How often the experts of a mixture were picked; null without a mixture.</summary>
    public IReadOnlyList<ExpertPicks>? Picks { get; init; }

    /// <summary>What ended the run.</summary>
    public RunEnd EndedBy => Cancelled ? RunEnd.Cancelled : IsStoppedEarly ? RunEnd.EarlyStopping : IsLimited ? RunEnd.MaxSteps
        : RunEnd.Epochs;
}

/// <summary>What ended a run.</summary>
public enum RunEnd
{
    /// <summary>All epochs are done.</summary>
    Epochs,

    /// <summary>The limit of steps was reached.</summary>
    MaxSteps,

    /// <summary>The metric did not improve for <see cref="TrainingOptions.EarlyStopping"/> epochs.</summary>
    EarlyStopping,

    /// <summary>The run was cancelled, on the command line by Ctrl+C.</summary>
    Cancelled,
}

/// <summary>A training loss or its gradient norm is NaN or infinite.</summary>
/// <param name="step">The step, from 1.</param>
/// <param name="value">The loss or the norm.</param>
/// <param name="what">Which of the two.</param>
public sealed class NonFiniteLossException(int step, double value, string what = "loss")
    : Exception($"the {what} of step {step} is {value}; training stopped. Lower --learning-rate, or check the data and the backbone's "
        + "weights.");
