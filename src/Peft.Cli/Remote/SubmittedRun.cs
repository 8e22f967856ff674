using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Peft.Server;
using Peft.Training;

namespace Peft.Cli.Remote;

/// <summary>
/// A run as a job of a server: the options that are sent, and a name made of them, so that the same run finds its job again.
/// </summary>
internal sealed class SubmittedRun
{
    private static readonly TrainingOptions s_defaults = new();

    /// <summary>Prepares a run.</summary>
    /// <param name="options">The run's settings here.</param>
    /// <param name="there">Its settings on the server, with files named as in the server's data folder; null if they are the same.</param>
    public SubmittedRun(TrainingOptions options, TrainingOptions? there = null)
    {
        Options = options;
        foreach (var option in RunOption.All.Where(option => !RemoteOptions.IsOfServer(option.Name)))
        {
            if (option.Text(there ?? options) is { } text && text != option.Text(s_defaults))
                Sent[option.Name] = text;
        }

        if (options.Settings.Count > 0)
            Sent["set"] = new JsonObject(options.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sent.ToJsonString())));
        Name = $"submitted-{hash[..16]}";
    }

    /// <summary>The run's settings here.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The options that differ from the defaults, by name.</summary>
    public JsonObject Sent { get; } = [];

    /// <summary>The job's name.</summary>
    public string Name { get; }

    /// <summary>A result of the server with the settings of the run here.</summary>
    public RunResult Localize(RunResult result) => result with
    {
        Settings = RunOption.All.Where(option => RemoteOptions.IsOfServer(option.Name) || option.IsPath).Aggregate(
            result.Settings, (settings, option) => option.Copy(Options, settings)),
    };
}
