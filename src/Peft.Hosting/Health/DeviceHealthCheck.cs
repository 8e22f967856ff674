using Microsoft.Extensions.Diagnostics.HealthChecks;
using static TorchSharp.torch;

namespace Peft.Hosting;

/// <summary>Whether a small computation works on each device of this host.</summary>
internal sealed class DeviceHealthCheck : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.Run(Check, cancellationToken);

    private static HealthCheckResult Check()
    {
        foreach (var name in JobQueue.Devices)
        {
            try
            {
                using var scope = NewDisposeScope();
                var sum = ones(64, device: new Device(name)).sum().item<float>();
                if (sum != 64)
                    return HealthCheckResult.Unhealthy($"{name}: the sum of 64 ones is {sum}");
            }
            catch (Exception problem) when (problem is System.Runtime.InteropServices.ExternalException or InvalidOperationException)
            {
                return HealthCheckResult.Unhealthy($"{name}: {problem.Message}", problem);
            }
        }

        return HealthCheckResult.Healthy($"{string.Join(" and ", JobQueue.Devices)} compute");
    }
}
