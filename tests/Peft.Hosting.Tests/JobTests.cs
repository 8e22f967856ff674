using Microsoft.Extensions.DependencyInjection;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>Jobs of a host in this process, with the queue in SQLite.</summary>
public sealed class JobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_gives_the_bits_of_a_run_without_a_host()
    {
        await using var host = await TestHost.Start(_folder.Path);
        var job = await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Name = "first" });
        Assert.Equal((JobState.Queued, "cpu"), (job.State, job.Device));
        var result = await host.Jobs.GetResultAsync("first");
        using var alone = new TemporaryFolder();
        var expected = await host.Services.GetRequiredService<FineTuner>()
            .RunAsync(TestHost.Run with { Output = Path.Combine(alone.Path, "run") });
        Assert.Equal(expected.Metrics, result.Metrics);
        Assert.Equal(RunBits.Adapter(Path.Combine(alone.Path, "run")), RunBits.Adapter(host.Jobs.FolderOf("first")));
        job = await host.Jobs.GetAsync("first");
        Assert.Equal((JobState.Succeeded, 1, null), (job.State, job.Attempts, job.Error));
        Assert.True(job.Submitted <= job.Started && job.Started <= job.Ended);
    }

    [Fact]
    public async Task Events_are_replayed_from_the_first_and_then_live()
    {
        await using var host = await TestHost.Start(_folder.Path);
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Name = "watched" });
        var live = await Events(host, "watched");
        var later = await Events(host, "watched");
        Assert.Equal(live.Select(happened => happened.ToString()), later.Select(happened => happened.ToString()));
        Assert.IsType<JobStarted>(live.First(happened => happened is not JobNoted));
        Assert.Equal(Enumerable.Range(1, 16), live.OfType<JobStepped>().Select(stepped => stepped.Progress.Step));
        Assert.Equal([1, 2], live.OfType<JobEvaluated>().Select(evaluated => evaluated.Epoch.Epoch));
        Assert.Equal(JobState.Succeeded, Assert.IsType<JobEnded>(live[^1]).State);
    }

    [Fact]
    public async Task Higher_priorities_run_first_and_equal_ones_in_order()
    {
        await using var host = await TestHost.Start(_folder.Path);
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Long) { Name = "running" });
        await host.First<JobStepped>("running");
        foreach (var (name, priority) in ((string, int)[])[("low", -1), ("plain1", 0), ("plain2", 0), ("high", 5)])
            await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { MaxSteps = 1 }) { Name = name, Priority = priority });
        await host.Jobs.CancelAsync("running");
        foreach (var name in (string[])["high", "plain1", "plain2", "low"])
            await host.Jobs.WaitAsync(name);
        var jobs = await host.Jobs.ListAsync();
        Assert.Equal(["running", "low", "plain1", "plain2", "high"], jobs.Select(job => job.Name));
        Assert.Equal(["running", "high", "plain1", "plain2", "low"], jobs.OrderBy(job => job.Started).Select(job => job.Name));
        Assert.All(jobs.Skip(1), job => Assert.Equal(JobState.Succeeded, job.State));
    }

    [Fact]
    public async Task A_running_job_is_cancelled_after_its_step_and_a_queued_one_at_once()
    {
        await using var host = await TestHost.Start(_folder.Path);
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Long) { Name = "running" });
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Name = "queued" });
        await host.First<JobStepped>("running");
        Assert.Equal(JobState.Cancelled, (await host.Jobs.CancelAsync("queued")).State);
        Assert.Equal(JobState.Cancelled, (await host.First<JobEnded>("queued")).State);
        await host.Jobs.CancelAsync("running");
        Assert.Equal(JobState.Cancelled, (await host.Jobs.WaitAsync("running")).State);
        Assert.True((await host.Jobs.GetResultAsync("running")).Cancelled);
        var none = await Assert.ThrowsAsync<JobFailedException>(() => host.Jobs.GetResultAsync("queued"));
        Assert.Contains("before its first step", none.Message, StringComparison.Ordinal);
        var ended = await Assert.ThrowsAsync<JobEndedException>(() => host.Jobs.CancelAsync("running"));
        Assert.Contains("'running' has ended (cancelled)", ended.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await host.Jobs.GetAsync("queued")).Attempts);
    }

    [Fact]
    public async Task A_job_that_is_stopped_with_its_host_continues_on_the_next_one_with_the_same_bits()
    {
        var run = TestHost.Run with { Epochs = 6, SnapshotEvery = 5 };
        await using (var host = await TestHost.Start(_folder.Path))
        {
            await host.Jobs.SubmitAsync(new FineTuningJobRequest(run) { Name = "stopped" });
            await host.First<JobStepped>("stopped", stepped => stepped.Progress.Step >= 7);
        }

        await using var next = await TestHost.Start(_folder.Path);
        var result = await next.Jobs.GetResultAsync("stopped");
        Assert.Equal((false, 48), (result.Cancelled, result.Steps));
        Assert.Equal(2, (await next.Jobs.GetAsync("stopped")).Attempts);
        await next.Jobs.SubmitAsync(new FineTuningJobRequest(run) { Name = "whole" });
        var whole = await next.Jobs.GetResultAsync("whole");
        Assert.Equal(whole.Metrics, result.Metrics);
        Assert.Equal(RunBits.Adapter(next.Jobs.FolderOf("whole")), RunBits.Adapter(next.Jobs.FolderOf("stopped")));
    }

    [Fact]
    public async Task A_cancelled_job_is_resumed_with_the_same_bits_and_a_job_that_goes_on_is_not()
    {
        var run = TestHost.Run with { Epochs = 20 };
        await using var host = await TestHost.Start(_folder.Path);
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(run) { Name = "resumed" });
        await host.First<JobStepped>("resumed", stepped => stepped.Progress.Step >= 12);
        Assert.Equal(JobState.Running, (await Assert.ThrowsAsync<JobResumeException>(() => host.Jobs.ResumeAsync("resumed"))).State);
        await host.Jobs.CancelAsync("resumed");
        Assert.Equal(JobState.Cancelled, (await host.Jobs.WaitAsync("resumed")).State);
        var job = await host.Jobs.ResumeAsync("resumed");
        Assert.Equal((JobState.Queued, null), (job.State, job.Ended));
        var result = await host.Jobs.GetResultAsync("resumed");
        var events = await Events(host, "resumed");
        Assert.Single(events.OfType<JobEnded>());
        Assert.Contains(events.OfType<JobNoted>(), noted => noted.Message == "resumed; it was cancelled before");
        Assert.Equal(Enumerable.Range(1, 160), events.OfType<JobStepped>().Select(stepped => stepped.Progress.Step));
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(run) { Name = "whole" });
        Assert.Equal((await host.Jobs.GetResultAsync("whole")).Metrics, result.Metrics);
        Assert.Equal(RunBits.Adapter(host.Jobs.FolderOf("whole")), RunBits.Adapter(host.Jobs.FolderOf("resumed")));
        await Assert.ThrowsAsync<JobResumeException>(() => host.Jobs.ResumeAsync("resumed"));
        await Assert.ThrowsAsync<UnknownJobException>(() => host.Jobs.ResumeAsync("none"));
    }

    [Fact]
    public async Task A_job_that_fails_says_why_and_the_next_one_runs()
    {
        await using var host = await TestHost.Start(_folder.Path);
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { Backbone = "no/such" }) { Name = "bad" });
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { MaxSteps = 1 }) { Name = "good" });
        var bad = await host.Jobs.WaitAsync("bad");
        Assert.Equal(JobState.Failed, bad.State);
        Assert.Contains("no/such", bad.Error, StringComparison.Ordinal);
        Assert.Equal(bad.Error, (await host.First<JobEnded>("bad")).Error);
        Assert.Contains("failed: ", (await Assert.ThrowsAsync<JobFailedException>(() => host.Jobs.GetResultAsync("bad"))).Message,
            StringComparison.Ordinal);
        Assert.Equal(JobState.Succeeded, (await host.Jobs.WaitAsync("good")).State);
    }

    [Fact]
    public async Task A_yaml_file_is_a_job()
    {
        var file = Path.Combine(_folder.Path, "run.yaml");
        await File.WriteAllTextAsync(file, RunFile.Write(TestHost.Run with { MaxSteps = 2 }));
        await using var host = await TestHost.Start(_folder.Path);
        var job = await host.Jobs.SubmitFileAsync(file);
        Assert.Matches("^adamix-lora-builtin-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$", job.Name);
        Assert.Equal(2, (await host.Jobs.GetResultAsync(job.Name)).Steps);
    }

    private static async Task<List<JobEvent>> Events(TestHost host, string job)
    {
        var all = new List<JobEvent>();
        await foreach (var happened in host.Jobs.WatchAsync(job))
            all.Add(happened);
        return all;
    }
}
