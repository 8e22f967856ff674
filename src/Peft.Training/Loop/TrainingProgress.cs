namespace Peft.Training;

/// <summary>Where a run stands after a step.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="TotalSteps">Optimiser steps in all.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">The step's loss, the consistency term included.</param>
/// <param name="LearningRate">The step's rate.</param>
/// <param name="TokensPerSecond">Tokens of the training data per second since the start, padding not counted.</param>
/// <param name="Remaining">Estimated time to the last step, evaluation not counted.</param>
public sealed record TrainingProgress(
    int Step, int TotalSteps, int Epoch, double Loss, double LearningRate, double TokensPerSecond, TimeSpan Remaining);

/// <summary>The development metrics after an epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">Mean loss of the epoch's steps.</param>
/// <param name="Metrics">Metrics by name: shares, correlations, or scores and losses of texts.</param>
/// <param name="Primary">The metric that selects the best epoch.</param>
public sealed record EpochResult(int Epoch, double TrainLoss, IReadOnlyDictionary<string, double> Metrics, double Primary);

/// <summary>Told how a run goes. Calls come from the training thread, between steps; exceptions end the run.</summary>
public interface ITrainingObserver
{
    /// <summary>The run is about to start.</summary>
    /// <param name="summary">What is trained.</param>
    void Started(RunSummary summary);

    /// <summary>A step is done.</summary>
    /// <param name="progress">Where the run stands.</param>
    void Stepped(TrainingProgress progress);

    /// <summary>An epoch has been evaluated.</summary>
    /// <param name="epoch">Its result.</param>
    void Evaluated(EpochResult epoch);

    /// <summary>Some contexts of a data-to-text task are decoded, after training.</summary>
    /// <param name="done">How many.</param>
    /// <param name="total">Of how many.</param>
    void Decoded(int done, int total)
    {
    }

    /// <summary>Something happened that its user should know: the run was resumed, a checkpoint is damaged, a loss is not finite.</summary>
    /// <param name="message">What, in a line.</param>
    void Noted(string message)
    {
    }
}

/// <summary>What a run trains.</summary>
/// <param name="Method">The method.</param>
/// <param name="Task">The task.</param>
/// <param name="Seed">The seed.</param>
/// <param name="TrainRows">Training rows.</param>
/// <param name="DevRows">Development rows.</param>
/// <param name="Parameters">Counts.</param>
/// <param name="Device">Where it runs.</param>
public sealed record RunSummary(
    string Method, string Task, int Seed, int TrainRows, int DevRows, ParameterCounts Parameters, string Device);

/// <summary>Numbers of parameters.</summary>
/// <param name="Tunable">Tunable parameters at inference as the AdaMix paper counts them: merged, without the head.</param>
/// <param name="Trained">Parameters that training updates, all experts, without the head.</param>
/// <param name="Head">The head's.</param>
/// <param name="Backbone">The backbone's, without the head.</param>
public sealed record ParameterCounts(long Tunable, long Trained, long Head, long Backbone);
