using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Peft.Hosting;

/// <summary>Whether the queue's database and the jobs' folders can be read, and how many jobs wait and run.</summary>
internal sealed class JobsHealthCheck(JobQueue? queue, JobFolders? folders) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (queue is null || folders is null)
            return HealthCheckResult.Healthy("this host has no jobs");
        try
        {
            await queue.CheckAsync(cancellationToken);
            var open = folders.List().Where(job => !job.HasEnded).ToLookup(job => job.State);
            var (queued, running) = (open[JobState.Queued].Count(), open[JobState.Running].Count());
            return HealthCheckResult.Healthy(
                $"{queued} queued, {running} running", new Dictionary<string, object> { ["queued"] = queued, ["running"] = running });
        }
        catch (Exception problem) when (problem is JobStoreException or IOException)
        {
            return HealthCheckResult.Unhealthy(problem.Message, problem);
        }
    }
}
