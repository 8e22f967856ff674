using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Peft.Training;
using Quartz;

namespace Peft.Hosting.Tests;

/// <summary>Jobs for a GPU on hosts that have none.</summary>
public sealed class DeviceJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_of_a_cluster_submits_cancels_and_resumes_jobs_of_a_device_that_it_lacks_and_trains_others()
    {
        SkipWithGpu();
        Assert.SkipWhen(PostgreSqlServer.Programs is null, "PostgreSQL is not installed (apt-get install postgresql)");
        using var server = new PostgreSqlServer();
        await using var host = await TestHost.Start(_folder.Path, jobs => jobs.PostgreSql = server.ConnectionString);
        var job = await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { Device = "cuda" }) { Name = "gpu" });
        Assert.Equal((JobState.Queued, "cuda"), (job.State, job.Device));
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { MaxSteps = 1 }) { Name = "auto" });
        job = await host.Jobs.WaitAsync("auto");
        Assert.Equal((JobState.Succeeded, "cpu"), (job.State, job.Device));
        job = await host.Jobs.GetAsync("gpu");
        Assert.Equal((JobState.Queued, 0), (job.State, job.Attempts));
        Assert.Equal(JobState.Cancelled, (await host.Jobs.CancelAsync("gpu")).State);
        job = await host.Jobs.ResumeAsync("gpu");
        Assert.Equal(JobState.Queued, job.State);
        Assert.True(await host.Services.GetRequiredService<JobQueue>().HasAsync(job, default));
        var wrong = new FineTuningJobRequest(TestHost.Run with { Device = "gpu" });
        var refused = await Assert.ThrowsAsync<TrainingOptionsException>(() => host.Jobs.SubmitAsync(wrong));
        Assert.Equal("device", refused.Option);
    }

    [Fact]
    public async Task A_running_job_of_a_device_that_this_host_lacks_is_cancelled()
    {
        SkipWithGpu();
        Assert.SkipWhen(PostgreSqlServer.Programs is null, "PostgreSQL is not installed (apt-get install postgresql)");
        using var server = new PostgreSqlServer();
        await using var here = await TestHost.Start(_folder.Path, jobs => jobs.PostgreSql = server.ConnectionString);
        var job = Create("there", "cuda", TestHost.Long); // as another host submitted it; it computes on the CPU, since tests have no GPU
        await Queued(here, job);
        await using var there = await TestHost.Start(
            _folder.Path, jobs => (jobs.PostgreSql, jobs.Trains) = (server.ConnectionString, false));
        var gpu = there.Services.GetRequiredKeyedService<ISchedulerFactory>(JobQueue.NameOf("cuda"));
        await (await gpu.GetScheduler()).Start(); // as on a host with the device
        await here.First<JobStepped>("there");
        Assert.Equal(JobState.Running, (await here.Jobs.CancelAsync("there")).State);
        Assert.Equal(JobState.Cancelled, (await here.Jobs.WaitAsync("there")).State);
    }

    [Fact]
    public async Task A_single_host_refuses_and_reports_jobs_of_a_device_that_it_lacks_and_trains_the_others()
    {
        SkipWithGpu();
        Create("gpu", "cuda", TestHost.Run); // of a host whose GPU is gone
        Create("cpu", "cpu", TestHost.Run with { MaxSteps = 1 });
        using var log = new WarningLog();
        await using var host = await TestHost.Start(_folder.Path, log: log);
        Assert.Equal(JobState.Succeeded, (await host.Jobs.WaitAsync("cpu")).State);
        await Task.Delay(1500); // another check-in, which reports nothing again
        Assert.Equal(
            "Job gpu cannot be put into the queue: the job is for cuda, which this host does not have.",
            Assert.Single(log.Messages, message => message.StartsWith("Job ", StringComparison.Ordinal)));
        var refused = await Assert.ThrowsAsync<TrainingOptionsException>(
            () => host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { Device = "cuda" }) { Name = "new" }));
        Assert.Equal("device", refused.Option);
        Assert.Equal(JobState.Cancelled, (await host.Jobs.CancelAsync("gpu")).State);
        await Assert.ThrowsAsync<JobStoreException>(() => host.Jobs.ResumeAsync("gpu"));
        Assert.Equal(JobState.Cancelled, (await host.Jobs.GetAsync("gpu")).State);
    }

    private static void SkipWithGpu() => Assert.SkipWhen(JobQueue.Devices.Contains("cuda"), "this host has the device");

    /// <summary>Waits until a host has put a job into the queue.</summary>
    private static async Task Queued(TestHost host, FineTuningJob job)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await host.Services.GetRequiredService<JobQueue>().HasAsync(job, patience.Token))
            await Task.Delay(50, patience.Token);
    }

    /// <summary>Writes the folder of a job that is in no queue.</summary>
    private FineTuningJob Create(string name, string device, TrainingOptions run)
    {
        var job = new FineTuningJob
        {
            Name = name, State = JobState.Queued, Options = run with { Output = Path.Combine(_folder.Path, name) }, Priority = 0,
            Device = device, Submitted = DateTimeOffset.UtcNow,
        };
        new JobFolders(Options.Create(new FineTuningJobOptions { Folder = _folder.Path })).Create(job);
        return job;
    }
}
