using System.Globalization;
using System.Text.Json;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Remote;

/// <summary>
/// Trains runs as jobs of a server, and downloads them into their output folders. A server with several hosts trains several at once.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="report">Receives a line for each run.</param>
internal sealed class RemoteRuns(RemoteServer server, Action<string> report)
{
    private const int MostAttempts = 100;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1), s_patience = TimeSpan.FromMinutes(5);
    private static readonly string[] s_left = ["job.json", "events.jsonl", "cancel"];

    /// <summary>Trains runs. Their results are in their output folders.</summary>
    /// <param name="runs">The runs, each with an output folder.</param>
    /// <param name="cancellation">Cancels the jobs that this call queued and that have not ended; a later call finds the others by their
    /// names.</param>
    /// <exception cref="RemoteServerException">A job failed, the server refused one, or it was away for five minutes. The jobs that
    /// this call queued and that have not ended are cancelled.</exception>
    public async Task TrainAsync(IReadOnlyList<SubmittedRun> runs, CancellationToken cancellation)
    {
        var jobs = new List<(SubmittedRun Run, string Name, bool IsNew)>();
        try
        {
            foreach (var run in runs)
            {
                var (name, isNew) = await SubmitAsync(run, cancellation);
                jobs.Add((run, name, isNew));
            }

            for (var index = 0; index < jobs.Count; index++)
            {
                var (run, name, _) = jobs[index];
                await WaitAsync(run, name, cancellation);
                var result = await DownloadAsync(run, name, cancellation);
                var metric = Scores.Text(result.PrimaryMetric, result.Primary);
                report(string.Create(
                    CultureInfo.InvariantCulture, $"{RunProcesses.Name(run.Options)}: {result.PrimaryMetric} {metric}, "
                        + $"{result.Seconds:F1} s ({index + 1} of {jobs.Count} runs)"));
            }
        }
        catch (Exception problem) when (problem is RemoteServerException or OperationCanceledException)
        {
            foreach (var (_, name, _) in jobs.Where(job => job.IsNew)) // another client waits for the others
                await TryCancelAsync(name);
            if (problem is RemoteServerException || !cancellation.IsCancellationRequested)
                throw;
        }
    }

    /// <summary>Queues a run, or finds the job that an earlier call queued.</summary>
    /// <returns>The job's name, and whether this call queued it.</returns>
    private async Task<(string Name, bool IsNew)> SubmitAsync(SubmittedRun run, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var name = attempt == 1 ? run.Name : $"{run.Name}-{attempt}";
            if (await server.SubmitAsync(name, run.Sent, cancellation))
                return (name, true);
            if ((await server.StateAsync(name, cancellation)).State is not ("failed" or "cancelled"))
                return (name, false);
        }

        throw new RemoteServerException($"{run.Name}: failed or was cancelled {MostAttempts} times; remove its folders on the server.");
    }

    private async Task WaitAsync(SubmittedRun run, string name, CancellationToken cancellation)
    {
        var lastAnswer = DateTime.UtcNow;
        for (; ; await Task.Delay(s_interval, cancellation))
        {
            try
            {
                var (state, error) = await server.StateAsync(name, cancellation);
                lastAnswer = DateTime.UtcNow;
                if (state == "succeeded")
                    return;
                if (state is "failed" or "cancelled")
                    throw new RemoteServerException(
                        $"{RunProcesses.Name(run.Options)}: the job {name} {(error is null ? "was cancelled." : $"failed: {error}")}");
            }
            catch (RemoteServerException problem) when (problem.IsUnreachable && DateTime.UtcNow - lastAnswer < s_patience)
            {
                // it restarts; its jobs continue
            }
        }
    }

    /// <summary>Downloads a run. Its result is written last, so that a folder with a result is complete.</summary>
    private async Task<RunResult> DownloadAsync(SubmittedRun run, string name, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(run.Options.Output!).FullName;
        foreach (var path in await server.FilesAsync(name, cancellation))
        {
            if (s_left.Contains(path) || path.StartsWith(RunSnapshots.FolderName + "/", StringComparison.Ordinal))
                continue;
            var target = Path.GetFullPath(Path.Combine(folder, path == RunResult.FileName ? RunResult.FileName + ".partial" : path));
            if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new RemoteServerException($"{name}: the server lists the file '{path}', which is outside the run's folder.");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await server.DownloadAsync(name, path, target, cancellation);
        }

        var partial = Path.Combine(folder, RunResult.FileName + ".partial");
        var sent = JsonSerializer.Deserialize<RunResult>(await File.ReadAllBytesAsync(partial, cancellation), RunResult.Json)!;
        var result = run.Localize(sent);
        AtomicFile.Write(Path.Combine(folder, RunResult.FileName), stream => JsonSerializer.Serialize(stream, result, RunResult.Json));
        File.Delete(partial);
        return RunResult.Read(folder);
    }

    private async Task TryCancelAsync(string name)
    {
        try
        {
            await server.CancelAsync(name, CancellationToken.None);
        }
        catch (RemoteServerException problem)
        {
            report(problem.Message);
        }
    }
}
