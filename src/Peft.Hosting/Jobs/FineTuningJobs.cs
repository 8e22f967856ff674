using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>The jobs of a host, in folders and a queue.</summary>
internal sealed partial class FineTuningJobs(
    JobFolders folders, JobQueue queue, JobRequestCheck check, IOptions<FineTuningJobOptions> options, TimeProvider time) : IFineTuningJobs
{
    public async Task<FineTuningJob> SubmitAsync(FineTuningJobRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var name = request.Name ?? NameFor(request.Options);
        var run = request.Options with
        {
            Output = folders.FolderOf(name),
            SnapshotEvery = request.Options.SnapshotEvery > 0 ? request.Options.SnapshotEvery : options.Value.SnapshotEvery,
            Overwrite = false,
        };
        check.Check(run, request.Priority);
        var job = new FineTuningJob
        {
            Name = name, State = JobState.Queued, Options = run, Priority = request.Priority, Submitted = time.GetUtcNow(),
            Device = queue.Resolve(run.Device),
        };
        cancellation.ThrowIfCancellationRequested();
        folders.Create(job);
        try
        {
            await queue.AddAsync(job, cancellation);
        }
        catch
        {
            folders.Remove(name);
            throw;
        }

        return job;
    }

    public Task<FineTuningJob> SubmitFileAsync(string file, string? name = null, CancellationToken cancellation = default) =>
        SubmitAsync(new FineTuningJobRequest(RunFile.Read(file, new TrainingOptions())) { Name = name }, cancellation);

    public Task<IReadOnlyList<FineTuningJob>> ListAsync(CancellationToken cancellation = default) => Task.FromResult(folders.List());

    public Task<FineTuningJob> GetAsync(string name, CancellationToken cancellation = default) => Task.FromResult(folders.Read(name));

    public async Task<FineTuningJob> CancelAsync(string name, CancellationToken cancellation = default)
    {
        var job = folders.Read(name);
        if (job.HasEnded)
            throw new JobEndedException(name, job.State);
        folders.RequestCancel(name); // first, so that a host that begins it now, or takes it over, ends it
        if (!await queue.CancelAsync(job, cancellation))
            return folders.Read(name);
        var hasEnded = false; // a host may have begun and ended it meanwhile
        job = folders.Update(name, known => (hasEnded = known.HasEnded)
            ? known : known with { State = JobState.Cancelled, Ended = time.GetUtcNow() });
        if (hasEnded)
            return job;
        using var log = new JobEventLog(folders.EventsOf(name), time, "", 0);
        log.Ended(JobState.Cancelled, null);
        return job;
    }

    public async Task<FineTuningJob> ResumeAsync(string name, CancellationToken cancellation = default)
    {
        var ended = JobState.Queued;
        var job = folders.Update(name, known =>
        {
            ended = known.State;
            if (ended is not (JobState.Failed or JobState.Cancelled))
                throw new JobResumeException(name, ended);
            if (!queue.IsServed(known.Device))
                throw JobQueue.NoDevice(known.Device); // before the change, or the job would stay queued
            return known with { State = JobState.Queued, Error = null, Ended = null };
        });
        folders.WithdrawCancel(name);
        using (var log = new JobEventLog(folders.EventsOf(name), time, "", 0))
            log.ReplaceEnd($"resumed; it was {ended.ToString().ToLowerInvariant()} before");
        await queue.AddAsync(job, cancellation);
        return job;
    }

    public IAsyncEnumerable<JobEvent> WatchAsync(string name, CancellationToken cancellation = default)
    {
        _ = folders.Read(name);
        return JobEventReader.ReadAsync(folders.EventsOf(name), options.Value.WatchInterval, time, cancellation);
    }

    public async Task<FineTuningJob> WaitAsync(string name, CancellationToken cancellation = default)
    {
        while (true)
        {
            var job = folders.Read(name);
            if (job.HasEnded)
                return job;
            await Task.Delay(options.Value.WatchInterval, time, cancellation);
        }
    }

    public async Task<RunResult> GetResultAsync(string name, CancellationToken cancellation = default)
    {
        var job = await WaitAsync(name, cancellation);
        if (job.State == JobState.Failed)
            throw new JobFailedException(name, $"failed: {job.Error}");
        if (job.State == JobState.Cancelled && !File.Exists(Path.Combine(FolderOf(name), RunResult.FileName)))
            throw new JobFailedException(name, "was cancelled before its first step, so it has no result.");
        return RunResult.Read(FolderOf(name));
    }

    public string Folder => folders.Root;

    public string FolderOf(string name) => folders.FolderOf(name);

    /// <summary>A name such as <c>adamix-lora-tickets-20261127-213000-4f2a</c>.</summary>
    private string NameFor(TrainingOptions run)
    {
        var what = Separators().Replace($"{run.Method}-{TaskSource.NameFor(run)}", "-").Trim('-');
        var when = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return $"{what[..Math.Min(what.Length, 60)]}-{when}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
    }

    [GeneratedRegex("[^A-Za-z0-9.]+")]
    private static partial Regex Separators();
}
