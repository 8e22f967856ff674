using System.Text.Json.Serialization;

namespace Peft.Training;

/// <summary>The progress of a run after a step.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="TotalSteps">Optimiser steps in all.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">The step's loss, including the consistency term.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="TokensPerSecond">Training tokens per second since the start, without padding.</param>
/// <param name="Remaining">Estimated time to the last step, without evaluation.</param>
public sealed record TrainingProgress(
    int Step, int TotalSteps, int Epoch, double Loss, double LearningRate, double TokensPerSecond, TimeSpan Remaining);

/// <summary>The development metrics after an epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">Mean loss of the epoch's steps.</param>
/// <param name="Metrics">Metrics by name: accuracies, correlations, or scores and losses of texts.</param>
/// <param name="Primary">The metric that selects the best epoch.</param>
public sealed record EpochResult(int Epoch, double TrainLoss, IReadOnlyDictionary<string, double> Metrics, double Primary)
{
    /// <summary>How alike the experts of a mixture are (<see cref="Peft.ExpertSimilarity"/>); null without a mixture.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ExpertSimilarity { get; init; }

    /// <summary>
    /// How often the experts of a mixture were picked since the start of the run; null without a mixture. A stored result has only the
    /// counts of the whole run (<see cref="RunResult.ExpertPicks"/>).
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExpertPicks>? ExpertPicks { get; init; }
}

/// <summary>Receives the progress of a run. Calls come from the training thread, between steps. An exception ends the run.</summary>
public interface ITrainingObserver
{
    /// <summary>Called before the run starts.</summary>
    /// <param name="summary">A description of the run.</param>
    void Started(RunSummary summary);

    /// <summary>Called after each step.</summary>
    /// <param name="progress">The progress after the step.</param>
    void Stepped(TrainingProgress progress);

    /// <summary>Called after the evaluation of an epoch.</summary>
    /// <param name="epoch">The epoch's result.</param>
    void Evaluated(EpochResult epoch);

    /// <summary>Called after training, each time that some contexts of a data-to-text task have been decoded.</summary>
    /// <param name="done">The number of decoded contexts.</param>
    /// <param name="total">The number of all contexts.</param>
    void Decoded(int done, int total)
    {
    }

    /// <summary>Called with a notice for the user: the run was resumed, a snapshot is damaged, or a loss is not finite.</summary>
    /// <param name="message">The notice, on one line.</param>
    void Noted(string message)
    {
    }
}

/// <summary>Describes what a run trains.</summary>
/// <param name="Method">The method.</param>
/// <param name="Task">The task.</param>
/// <param name="Seed">The seed.</param>
/// <param name="TrainRows">Training rows.</param>
/// <param name="DevRows">Development rows.</param>
/// <param name="Parameters">Parameter counts.</param>
/// <param name="Device">The device of the run.</param>
public sealed record RunSummary(
    string Method, string Task, int Seed, int TrainRows, int DevRows, ParameterCounts Parameters, string Device);

/// <summary>Parameter counts.</summary>
/// <param name="Tunable">Tunable parameters at inference as the AdaMix paper counts them: merged, without the head.</param>
/// <param name="Trained">Parameters that training updates: all experts, without the head.</param>
/// <param name="Head">Parameters of the head.</param>
/// <param name="Backbone">Parameters of the backbone, without the head.</param>
public sealed record ParameterCounts(long Tunable, long Trained, long Head, long Backbone);
