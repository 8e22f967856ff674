using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// Runs the queues as long as the host runs. Puts jobs back into the queue that are not in it though they have not ended: those that a
/// host stopped when it was shut down, and those of a database that was replaced.
/// </summary>
internal sealed partial class JobKeeper(
    JobFolders folders, JobQueue queue, IOptions<FineTuningJobOptions> options, TimeProvider time, ILogger<JobKeeper> logger)
    : BackgroundService
{
    private readonly Dictionary<string, string> _reported = []; // the last problem of each job
    private RunFolderLock? _lock;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value is { Trains: true, PostgreSql: null })
            _lock = Lock();
        try
        {
            await queue.StartAsync(options.Value.Trains, cancellationToken);
            await base.StartAsync(cancellationToken);
        }
        catch
        {
            Unlock();
            throw;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await queue.StopAsync(cancellationToken);
        Unlock();
    }

    /// <summary>Also releases the folder if the host was never stopped, because another of its services did not start.</summary>
    public override void Dispose()
    {
        Unlock();
        base.Dispose();
    }

    /// <summary>Releases the folder once: released twice, the lock of the next host would be removed.</summary>
    private void Unlock() => Interlocked.Exchange(ref _lock, null)?.Dispose();

    /// <summary>
    /// Holds the folder for this host: another one would take the jobs of a file for those of a host that died, and train them again.
    /// </summary>
    private RunFolderLock Lock()
    {
        try
        {
            return RunFolderLock.Take(folders.Root);
        }
        catch (RunFolderInUseException problem)
        {
            throw new JobStoreException($"{folders.Root} is the folder of the jobs of {problem.Holder}, which trains them; name another "
                + "folder, or give both hosts one database of PostgreSQL (--postgresql).", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new JobStoreException(
                $"the folder of the jobs, {folders.Root}, cannot be written to ({problem.Message}); name another in Jobs:Folder.", problem);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CheckIn, time);
        try
        {
            do
                await TryRequeueAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }

    private async Task TryRequeueAsync(CancellationToken cancellation)
    {
        try
        {
            await RequeueAsync(cancellation);
        }
        catch (Exception problem) when (!IsStop(problem, cancellation))
        {
            Unreachable(logger, problem.Message);
        }
    }

    private async Task RequeueAsync(CancellationToken cancellation)
    {
        foreach (var listed in folders.List(Report).Where(job => !job.HasEnded))
        {
            // A problem of one job does not keep the others from the queue. A database that cannot be read ends the pass.
            try
            {
                if (!queue.IsServed(listed.Device))
                    ReportNotQueued(listed.Name, JobQueue.NoDevice(listed.Device));
                else if (!await queue.HasAsync(listed, cancellation) && folders.Read(listed.Name) is { HasEnded: false } job)
                    await queue.AddAsync(job, cancellation);
            }
            catch (Exception problem) when (problem is UnknownJobException or UnauthorizedAccessException or IOException)
            {
                ReportNotQueued(listed.Name, problem);
            }
        }
    }

    private void ReportNotQueued(string name, Exception problem)
    {
        if (IsNew(name, problem))
            NotQueued(logger, name, problem.Message, problem);
    }

    private void Report(string name, JobStoreException problem)
    {
        if (IsNew(name, problem))
            Damaged(logger, problem.Message);
    }

    /// <summary>Whether a job has a problem other than at the last check-in, so that one that lasts is reported once.</summary>
    private bool IsNew(string name, Exception problem)
    {
        if (_reported.GetValueOrDefault(name) == problem.Message)
            return false;
        _reported[name] = problem.Message;
        return true;
    }

    private static bool IsStop(Exception problem, CancellationToken cancellation) =>
        problem is OperationCanceledException && cancellation.IsCancellationRequested;

    [LoggerMessage(7, LogLevel.Warning, "Job {Name} cannot be put into the queue: {Problem}")]
    private static partial void NotQueued(ILogger logger, string name, string problem, Exception cause);

    [LoggerMessage(6, LogLevel.Warning, "A job is left out: {Problem}")]
    private static partial void Damaged(ILogger logger, string problem);

    [LoggerMessage(5, LogLevel.Warning, "The queue of the jobs cannot be read: {Problem}")]
    private static partial void Unreachable(ILogger logger, string problem);
}
