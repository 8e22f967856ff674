using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Peft.Data;
using TorchSharp;

namespace Peft.Training;

/// <summary>The content of a run's <c>result.json</c>.</summary>
public sealed record RunResult
{
    /// <summary>The method, as written.</summary>
    public required string Method { get; init; }

    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Every setting of the run.</summary>
    public required TrainingOptions Settings { get; init; }

    /// <summary>Training rows.</summary>
    public required int TrainRows { get; init; }

    /// <summary>Development rows.</summary>
    public required int DevRows { get; init; }

    /// <summary>The files that the rows were read from.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Parameter counts.</summary>
    public required ParameterCounts Parameters { get; init; }

    /// <summary>Third-party assemblies that the method, the task or the backbone comes from; empty in older files.</summary>
    public IReadOnlyList<PluginReference> Plugins { get; init; } = [];

    /// <summary>Development metrics of the selected weights.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The name of the metric that selects the epoch.</summary>
    public required string PrimaryMetric { get; init; }

    /// <summary>The majority baseline: the largest class's share of the development rows; null for scores.</summary>
    public double? MajorityShare { get; init; }

    /// <summary>What predictions need beside the weights, such as labels and thresholds; null for tasks that need nothing.</summary>
    public TaskState? State { get; init; }

    /// <summary>How the selected weights judge each class of the development rows; null for tasks without classes, and for those
    /// of two that are not a user's own.</summary>
    public ClassReport? Classes { get; init; }

    /// <summary>Metrics after each epoch.</summary>
    public required IReadOnlyList<EpochResult> Epochs { get; init; }

    /// <summary>The epoch whose weights were kept; 0 for those of the last step of a cancelled run, and for averages of runs.</summary>
    public required int SelectedEpoch { get; init; }

    /// <summary>How often the experts of a mixture were picked in training; null without a mixture, and in older files.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExpertPicks>? ExpertPicks { get; init; }

    /// <summary>Optimiser steps done.</summary>
    public required int Steps { get; init; }

    /// <summary>Seconds of training and evaluation.</summary>
    public required double Seconds { get; init; }

    /// <summary>Peak resident memory of the process during the run, in bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Whether the run was stopped before its end.</summary>
    public required bool Cancelled { get; init; }

    /// <summary>What ended the run; null in older files.</summary>
    public RunEnd? EndedBy { get; init; }

    /// <summary>Notices about the data, such as malformed rows that were skipped; empty in older files.</summary>
    public IReadOnlyList<string> DataNotices { get; init; } = [];

    /// <summary>Notices about the result, such as that it hardly exceeds the majority baseline, with suggestions.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>When the run ended, UTC.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>Versions of Peft, libtorch and .NET, and the device.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "result.json";

    /// <summary>The JSON format of <c>result.json</c>.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static readonly JsonSerializerOptions s_reading = JsonRecord.Strict(Json);

    /// <summary>The primary metric of the selected weights.</summary>
    [JsonIgnore]
    public double Primary => Metrics[PrimaryMetric];

    /// <summary>Reads the result of a run's folder.</summary>
    /// <param name="folder">A folder that a run wrote.</param>
    /// <returns>The result.</returns>
    /// <exception cref="RunFolderException">The folder has no result, or the result cannot be read.</exception>
    public static RunResult Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        var json = SettingsFile.Read(file, out var problem);
        if (json is null)
            throw problem is null
                ? new RunFolderException(folder, $"holds no {FileName}; expected a folder that `peft train --output` wrote.")
                : new RunFolderException(file, problem);
        try
        {
            var result = JsonRecord.Read<RunResult>(json, s_reading);
            return RunResultCheck.Problem(result) is { } wrong ? throw new RunFolderException(file, wrong) : result;
        }
        catch (JsonException malformed)
        {
            throw new RunFolderException(file, $"is not a run's result ({JsonFault.Describe(malformed)}).");
        }
    }

    internal static RunResult Create(
        TrainingOptions options, ITaskData data, string primary, RunSummary summary, TrainingOutcome outcome, EpochResult final,
        long peakBytes,
        DateTimeOffset now) => new()
    {
        Method = summary.Method,
        Task = summary.Task,
        Seed = options.Seed,
        Settings = options,
        TrainRows = summary.TrainRows,
        DevRows = summary.DevRows,
        Files = data.Files,
        DataNotices = data.Notices,
        Parameters = summary.Parameters,
        Metrics = final.Metrics,
        PrimaryMetric = primary,
        MajorityShare = data.MajorityShare,
        Epochs = outcome.Epochs,
        SelectedEpoch = outcome.SelectedEpoch,
        ExpertPicks = outcome.Picks,
        Steps = outcome.Steps,
        Seconds = outcome.Elapsed.TotalSeconds,
        PeakBytes = peakBytes,
        Cancelled = outcome.Cancelled,
        EndedBy = outcome.EndedBy,
        Ended = now,
        Environment = new Dictionary<string, string>
        {
            ["peft"] = typeof(RunResult).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                ?? "unknown",
            ["torch"] = torch.__version__,
            ["dotnet"] = System.Environment.Version.ToString(),
            ["device"] = summary.Device,
        },
    };
}
