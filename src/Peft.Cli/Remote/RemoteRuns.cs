using System.Diagnostics;
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

    private static readonly TimeSpan s_cleanUp = TimeSpan.FromMinutes(1);
    private static readonly string[] s_left = ["job.json", "events.jsonl", "cancel"];

    /// <summary>The pause between two questions, and between two tries of a call.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may be away.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Trains runs. Their results are in their output folders.</summary>
    /// <param name="runs">The runs, each with an output folder.</param>
    /// <param name="cancellation">Cancels the jobs that this call queued and that have not ended; a later call finds the others by their
    /// names.</param>
    /// <exception cref="RemoteServerException">A job failed, the server refused one, it was away for five minutes, or nothing has ever
    /// answered at its address. After this and any other exception, the jobs that this call queued and that have not ended are
    /// cancelled.</exception>
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
        catch (Exception problem)
        {
            await CancelAsync(jobs.Where(job => job.IsNew).Select(job => job.Name)); // another client waits for the others
            if (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
                throw;
        }
    }

    /// <summary>Queues a run, or finds the job that an earlier call queued.</summary>
    /// <returns>The job's name, and whether this call queued it. A job that is found after the answer to a try was lost counts as
    /// another client's, which may wait for it: it is not known who queued it.</returns>
    private async Task<(string Name, bool IsNew)> SubmitAsync(SubmittedRun run, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var name = attempt == 1 ? run.Name : $"{run.Name}-{attempt}";
            // It can be repeated, as the server finds a job by its name; it is not cancelled half-way, as the job might then be queued.
            if (await TryAsync(() => server.SubmitAsync(name, run.Sent, CancellationToken.None), cancellation))
                return (name, true);
            if ((await TryAsync(() => server.StateAsync(name, cancellation), cancellation)).State is not ("failed" or "cancelled"))
                return (name, false);
        }

        throw new RemoteServerException($"{run.Name}: failed or was cancelled {MostAttempts} times; remove its folders on the server.");
    }

    private async Task WaitAsync(SubmittedRun run, string name, CancellationToken cancellation)
    {
        for (; ; await Task.Delay(Interval, cancellation))
        {
            var (state, error) = await TryAsync(() => server.StateAsync(name, cancellation), cancellation);
            if (state == "succeeded")
                return;
            if (state is "failed" or "cancelled")
                throw new RemoteServerException(
                    $"{RunProcesses.Name(run.Options)}: the job {name} {(error is null ? "was cancelled." : $"failed: {error}")}");
        }
    }

    /// <summary>Downloads a run. Its result is written last, so that a folder with a result is complete.</summary>
    private async Task<RunResult> DownloadAsync(SubmittedRun run, string name, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(run.Options.Output!).FullName;
        foreach (var path in await TryAsync(() => server.FilesAsync(name, cancellation), cancellation))
        {
            if (s_left.Contains(path) || path.StartsWith(RunSnapshots.FolderName + "/", StringComparison.Ordinal))
                continue;
            var target = Path.GetFullPath(Path.Combine(folder, path == RunResult.FileName ? RunResult.FileName + ".partial" : path));
            if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new RemoteServerException($"{name}: the server lists the file '{path}', which is outside the run's folder.");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await TryAsync(
                async () =>
                {
                    await server.DownloadAsync(name, path, target, cancellation);
                    return target;
                },
                cancellation);
        }

        var partial = Path.Combine(folder, RunResult.FileName + ".partial");
        var sent = JsonSerializer.Deserialize<RunResult>(await File.ReadAllBytesAsync(partial, cancellation), RunResult.Json)!;
        var result = run.Localize(sent);
        AtomicFile.Write(Path.Combine(folder, RunResult.FileName), stream => JsonSerializer.Serialize(stream, result, RunResult.Json));
        File.Delete(partial);
        return RunResult.Read(folder);
    }

    /// <summary>
    /// Calls the server until it answers: it may restart, and its jobs then continue. Without any answer so far, the address may be wrong,
    /// and the first try is the last.
    /// </summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        for (long? away = null; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await call();
            }
            catch (RemoteServerException problem) when (problem.IsUnreachable && server.HasAnswered
                && (away is not { } since || Stopwatch.GetElapsedTime(since) < Patience)) // not from the call: a download takes its time
            {
                if (away is null)
                    report($"{problem.Message} Waiting for it.");
                away ??= Stopwatch.GetTimestamp();
            }

            await Task.Delay(Interval, cancellation);
        }
    }

    /// <summary>Cancels jobs, each with one try: the user, or an exception, waits for the end.</summary>
    private async Task CancelAsync(IEnumerable<string> names)
    {
        using var limit = new CancellationTokenSource(s_cleanUp); // a silent server would be waited for once for each job
        foreach (var name in names)
        {
            try
            {
                await server.CancelAsync(name, limit.Token);
            }
            catch (Exception problem) when (problem is RemoteServerException or OperationCanceledException)
            {
                report($"the job {name} was not cancelled: {problem.Message}");
            }
        }
    }
}
