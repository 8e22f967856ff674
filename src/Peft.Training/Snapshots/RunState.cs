using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Peft.Data;

namespace Peft.Training;

/// <summary>The state of a run between two steps, except its tensors.</summary>
internal sealed record RunState
{
    public const int CurrentFormat = 2;

    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly JsonSerializerOptions s_reading = JsonRecord.Strict(Json);

    /// <summary>More seconds than any run takes.</summary>
    private const double MostSeconds = 1e11;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Optimiser steps done, including skipped ones.</summary>
    public required int Step { get; init; }

    /// <summary>The epoch in progress, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps of that epoch that are done: the position in the data order.</summary>
    public required int Position { get; init; }

    /// <summary>The sum of the losses of that epoch's items so far.</summary>
    public required double LossSum { get; init; }

    /// <summary>The number of these items.</summary>
    public required long LossItems { get; init; }

    public required long Tokens { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<EpochResult> Epochs { get; init; }

    public required int BestEpoch { get; init; }

    /// <summary>Null before the first evaluation.</summary>
    public required double? BestMetric { get; init; }

    /// <summary>Steps skipped because their loss was not finite.</summary>
    public required IReadOnlyList<int> Avoided { get; init; }

    /// <summary>The state of each mixture's route generator, by adapter.</summary>
    public required IReadOnlyDictionary<string, ulong> Routes { get; init; }

    /// <summary>How often each expert of each slot was picked, by adapter; empty in older snapshots, which resume with zeros.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<long>>> Picks { get; init; } =
        new Dictionary<string, IReadOnlyList<IReadOnlyList<long>>>();

    /// <summary>AdamW's step count of each parameter.</summary>
    public required IReadOnlyDictionary<string, long> AdamSteps { get; init; }

    /// <summary>
    /// Parameters that have a gradient (of zeros) between steps. AdamW updates these and skips parameters without a gradient.
    /// </summary>
    public required IReadOnlyList<string> WithGradient { get; init; }

    /// <summary>The run's settings, by option.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Hashes that must also match: those of the frozen weights and of the examples.</summary>
    public required IReadOnlyDictionary<string, string> Identity { get; init; }

    /// <summary>What can change the last bits of results: the libtorch version and the number of threads.</summary>
    public required IReadOnlyDictionary<string, string> Machine { get; init; }

    /// <summary>Reads the text of a snapshot.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="path">The snapshot's file.</param>
    /// <exception cref="ResumeException">The text is not the state of a run, or has another format.</exception>
    public static RunState Parse(string text, string path)
    {
        try
        {
            var run = JsonRecord.Read<RunState>(Encoding.UTF8.GetBytes(text), s_reading);
            if (run.Format != CurrentFormat)
                throw new ResumeException(path, $"is of format {run.Format}; this version reads format {CurrentFormat}. Resume with the "
                    + "version that wrote it.");
            return run.Problem is { } problem ? throw new JsonException(problem) : run;
        }
        catch (JsonException problem)
        {
            throw new ResumeException(path, $"is not a run's snapshot ({JsonFault.Describe(problem)}).", problem);
        }
    }

    /// <summary>The first inconsistency; null if there is none.</summary>
    private string? Problem
    {
        get
        {
            if (Step < 0 || Epoch < 1 || Position < 0 || LossItems < 0 || Tokens < 0 || BestEpoch < 0
                || AdamSteps.Values.Any(one => one < 0))
                return "it counts a negative number of steps, epochs or tokens";
            // With --evaluate-every, only some of the finished epochs have a result.
            var evaluated = Epochs.Select(result => result.Epoch).ToList();
            if (!evaluated.SequenceEqual(evaluated.Distinct().Order()) || evaluated.Any(epoch => epoch < 1 || epoch >= Epoch)
                || (BestEpoch > 0 && !evaluated.Contains(BestEpoch)) || Position > Step)
                return $"it is in step {Position} of epoch {Epoch}, after {Step} steps and results of the epochs "
                    + $"{string.Join(", ", evaluated)}, the best {BestEpoch}";
            return Seconds is >= 0 and < MostSeconds ? null : "its time is not a number of seconds";
        }
    }
}
