using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Peft.Hosting;

/// <summary>Adds health checks of the device, the queue of jobs and the disk.</summary>
public static class PeftHealthCheckExtensions
{
    /// <summary>The free space below which training is at risk: 1 GiB.</summary>
    public const long LeastFreeBytes = 1L << 30;

    private static readonly string[] s_tags = ["peft"];

    /// <summary>
    /// Adds the checks <c>peft-device</c> (a computation works), <c>peft-jobs</c> (the queue's database answers) and <c>peft-disk</c> (the
    /// disk of the jobs has free space), with the tag <c>peft</c>. The last two are healthy in a host without jobs.
    /// </summary>
    /// <remarks>You write <c>services.AddHealthChecks().AddPeft();</c> and <c>app.MapHealthChecks("/health");</c></remarks>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="leastFreeBytes">With less free space on the disk of the jobs, the host is unhealthy.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddPeft(this IHealthChecksBuilder builder, long leastFreeBytes = LeastFreeBytes)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfNegative(leastFreeBytes);
        return builder
            .Add(new HealthCheckRegistration("peft-device", _ => new DeviceHealthCheck(), null, s_tags))
            .Add(new HealthCheckRegistration(
                "peft-jobs", services => new JobsHealthCheck(services.GetService<JobQueue>(), services.GetService<JobFolders>()), null,
                s_tags))
            .Add(new HealthCheckRegistration(
                "peft-disk", services => new DiskHealthCheck(services.GetService<JobFolders>(), leastFreeBytes), null, s_tags));
    }
}
