using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peft.Training;

/// <summary>Where a run stands between two steps: all but its tensors.</summary>
internal sealed record RunState
{
    public const int CurrentFormat = 1;

    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
    };

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Optimiser steps done, those left out included.</summary>
    public required int Step { get; init; }

    /// <summary>The epoch in progress, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps of that epoch that are done: the position in the order of the data.</summary>
    public required int Position { get; init; }

    public required double LossSum { get; init; }

    public required int LossCount { get; init; }

    public required long Tokens { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<EpochResult> Epochs { get; init; }

    public required int BestEpoch { get; init; }

    /// <summary>Null before the first evaluation.</summary>
    public required double? BestMetric { get; init; }

    /// <summary>Steps that are left out, as their loss was not finite.</summary>
    public required IReadOnlyList<int> Avoided { get; init; }

    /// <summary>The state of each mixture's generator of routes, by adapter.</summary>
    public required IReadOnlyDictionary<string, ulong> Routes { get; init; }

    /// <summary>AdamW's count of steps of each parameter.</summary>
    public required IReadOnlyDictionary<string, long> AdamSteps { get; init; }

    /// <summary>Parameters that have a gradient (of zeros) between steps; AdamW moves them, and leaves those without alone.</summary>
    public required IReadOnlyList<string> WithGradient { get; init; }

    /// <summary>The run's settings, by option.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>What else must be the same: hashes of the frozen weights and of the examples.</summary>
    public required IReadOnlyDictionary<string, string> Identity { get; init; }

    /// <summary>What changes the last bits of numbers: libtorch and the number of threads.</summary>
    public required IReadOnlyDictionary<string, string> Machine { get; init; }
}
