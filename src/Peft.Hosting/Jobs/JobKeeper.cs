using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Peft.Hosting;

/// <summary>
/// Runs the queues as long as the host runs. Puts jobs back into the queue that are not in it though they have not ended: those that a
/// host stopped when it was shut down, and those of a database that was replaced.
/// </summary>
internal sealed partial class JobKeeper(
    JobFolders folders, JobQueue queue, IOptions<FineTuningJobOptions> options, TimeProvider time, ILogger<JobKeeper> logger)
    : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await queue.StartAsync(options.Value.Trains, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await queue.StopAsync(cancellationToken);
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
        catch (Exception problem) when (problem is JobStoreException or IOException)
        {
            Unreachable(logger, problem.Message);
        }
    }

    private async Task RequeueAsync(CancellationToken cancellation)
    {
        foreach (var listed in folders.List().Where(job => !job.HasEnded))
        {
            if (!await queue.HasAsync(listed, cancellation) && folders.Read(listed.Name) is { HasEnded: false } job)
                await queue.AddAsync(job, cancellation);
        }
    }

    [LoggerMessage(5, LogLevel.Warning, "The queue of the jobs cannot be read: {Problem}")]
    private static partial void Unreachable(ILogger logger, string problem);
}
