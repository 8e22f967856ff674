using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Methods;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>The health checks of a host.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_that_trains_is_healthy_and_says_how_many_jobs_wait()
    {
        using var host = await Start(0);
        var jobs = host.Services.GetRequiredService<IFineTuningJobs>();
        foreach (var name in (string[])["running", "waiting"])
            await jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Long) { Name = name });
        await foreach (var happened in jobs.WatchAsync("running"))
        {
            if (happened is JobStepped)
                break;
        }

        var report = await Check(host);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(["peft-device", "peft-disk", "peft-jobs"], report.Entries.Keys.Order());
        Assert.Equal("1 queued, 1 running", report.Entries["peft-jobs"].Description);
        Assert.True((long)report.Entries["peft-disk"].Data["freeBytes"] > 0);
        foreach (var name in (string[])["waiting", "running"])
            await jobs.CancelAsync(name);
        await jobs.WaitAsync("running");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_full_disk_and_a_damaged_queue_are_named()
    {
        using var host = await Start(long.MaxValue);
        await host.StopAsync(); // nothing writes into the database any more
        File.WriteAllText(Path.Combine(_folder.Path, "jobs.db"), new string('x', 4096));
        var report = await Check(host);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["peft-disk"].Status);
        Assert.Contains("expected at least", report.Entries["peft-disk"].Description);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["peft-jobs"].Status);
        Assert.Equal(HealthStatus.Healthy, report.Entries["peft-device"].Status);
    }

    [Fact]
    public async Task A_host_without_jobs_has_none_to_check()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly));
        builder.Services.AddHealthChecks().AddPeft();
        using var host = builder.Build();
        var report = await Check(host);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal("this host has no jobs", report.Entries["peft-jobs"].Description);
    }

    private static Task<HealthReport> Check(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private async Task<IHost> Start(long leastFreeBytes)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly).AddJobs(jobs => jobs.Folder = _folder.Path));
        builder.Services.AddHealthChecks().AddPeft(leastFreeBytes);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
