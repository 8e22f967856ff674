using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Peft.Hosting;

/// <summary>Whether the disk of the jobs' folder has space for snapshots and adapters.</summary>
internal sealed class DiskHealthCheck(JobFolders? folders, long leastFreeBytes) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(folders is null ? HealthCheckResult.Healthy("this host has no jobs") : Check(folders.Root));

    private HealthCheckResult Check(string folder)
    {
        try
        {
            var free = new DriveInfo(folder).AvailableFreeSpace;
            var text = $"{free >> 20} MiB free on the disk of the jobs";
            var data = new Dictionary<string, object> { ["freeBytes"] = free };
            return free >= leastFreeBytes
                ? HealthCheckResult.Healthy(text, data)
                : HealthCheckResult.Unhealthy($"{text}; expected at least {leastFreeBytes >> 20} MiB", data: data);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy($"the disk of the jobs cannot be read: {problem.Message}", problem);
        }
    }
}
