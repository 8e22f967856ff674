using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Training;
using Quartz;

namespace Peft.Hosting;

/// <summary>
/// Trains one job when Quartz starts it. Quartz calls it again for a job whose host died (recovery); the run then continues from its last
/// snapshot.
/// </summary>
internal sealed partial class JobExecution(
    JobFolders folders, FineTuner tuner, JobMeters meters, IHostApplicationLifetime host, TimeProvider time, ILogger<JobExecution> logger)
    : IJob
{
    /// <summary>The host's name in a job: the machine and the process.</summary>
    private static string HostName => $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Trains the job.</summary>
    /// <param name="context">Names the job.</param>
    /// <param name="cancellationToken">The job is cancelled, from this host or another.</param>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var name = context.JobDetail.Key.Name;
        if (Begin(name) is not { HasEnded: false } job)
            return; // its folder was removed, or it ended: it was cancelled, or its host died right after the end
        using var activity = HostingActivities.StartJob(job);
        using var log = new JobEventLog(folders.EventsOf(name), time, HostName, job.Attempts);
        Begins(logger, name, job.Attempts);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        try
        {
            var isStopped = folders.IsCancelRequested(name) || (await tuner.RunAsync(Resumable(job), log, stop.Token)).Cancelled;
            Stopped(name, log, isStopped);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Stopped(name, log, isStopped: true);
        }
        catch (Exception problem)
        {
            Failed(logger, name, problem);
            activity?.SetStatus(ActivityStatusCode.Error, problem.Message);
            End(name, log, JobState.Failed, problem.Message);
        }
    }

    /// <summary>The first attempt has nothing to resume.</summary>
    private static TrainingOptions Resumable(FineTuningJob job) => job.Options with { Resume = job.Attempts > 1 };

    private FineTuningJob? Begin(string name)
    {
        try
        {
            return folders.Update(name, job => job.HasEnded ? job : job with
            {
                State = JobState.Running, Host = HostName, Started = job.Started ?? time.GetUtcNow(), Attempts = job.Attempts + 1,
            });
        }
        catch (UnknownJobException)
        {
            return null;
        }
    }

    /// <summary>Records the end of a run. A job that the shutdown of its host stopped, and no user cancelled, is queued again.</summary>
    private void Stopped(string name, JobEventLog log, bool isStopped)
    {
        if (!isStopped)
        {
            End(name, log, JobState.Succeeded, null);
        }
        else if (folders.IsCancelRequested(name))
        {
            End(name, log, JobState.Cancelled, null);
        }
        else
        {
            folders.Update(name, job => job with { State = JobState.Queued });
            Requeued(logger, name);
        }
    }

    private void End(string name, JobEventLog log, JobState state, string? error)
    {
        var job = folders.Update(name, job => job with { State = state, Error = error, Ended = time.GetUtcNow() });
        log.Ended(state, error);
        meters.Ended(job);
        Ended(logger, name, state);
    }

    [LoggerMessage(1, LogLevel.Information, "Job {Name} begins to train, attempt {Attempt}.")]
    private static partial void Begins(ILogger logger, string name, int attempt);

    [LoggerMessage(2, LogLevel.Information, "Job {Name} ended: {State}.")]
    private static partial void Ended(ILogger logger, string name, JobState state);

    [LoggerMessage(3, LogLevel.Error, "Job {Name} failed.")]
    private static partial void Failed(ILogger logger, string name, Exception problem);

    [LoggerMessage(4, LogLevel.Information, "Job {Name} is stopped with its host; it continues on the next one.")]
    private static partial void Requeued(ILogger logger, string name);
}
