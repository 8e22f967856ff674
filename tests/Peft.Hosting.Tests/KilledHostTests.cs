using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>Hosts that are killed in the middle of a job: another one continues it, and ends with the same bits.</summary>
public sealed class KilledHostTests : IDisposable
{
    private static readonly TrainingOptions s_run = TestHost.Run with { Epochs = 10, SnapshotEvery = 8 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_host_s_job_continues_when_it_starts_again()
    {
        await Submit(null, "killed");
        foreach (var step in (int[])[10, 40])
        {
            using var killed = HostProcess.Start(_folder.Path);
            await Step("killed", step);
            killed.Kill();
        }

        await using var host = await TestHost.Start(_folder.Path);
        await AssertSameBits(host, "killed", attempts: 3);
    }

    [Fact]
    public async Task A_killed_host_s_job_is_taken_over_by_another_of_the_cluster()
    {
        Assert.SkipWhen(PostgreSqlServer.Programs is null, "PostgreSQL is not installed (apt-get install postgresql)");
        using var server = new PostgreSqlServer();
        await Submit(server.ConnectionString, "first", "second");
        HostProcess[] hosts = [.. Enumerable.Range(0, 2).Select(_ => HostProcess.Start(_folder.Path, server.ConnectionString))];
        try
        {
            await Step("first", 10);
            await Step("second", 2); // both train: each host took one
            var jobs = new JobFolders(Microsoft.Extensions.Options.Options.Create(new FineTuningJobOptions { Folder = _folder.Path }));
            var (first, second) = (jobs.Read("first").Host!, jobs.Read("second").Host!);
            Assert.NotEqual(first, second);
            hosts.Single(host => first.EndsWith($"/{host.Id}", StringComparison.Ordinal)).Kill();
            await Ended(jobs, "first");
            await Ended(jobs, "second");
            Assert.Equal(second, jobs.Read("first").Host);
            Assert.Equal((2, 1), (jobs.Read("first").Attempts, jobs.Read("second").Attempts));
        }
        finally
        {
            foreach (var host in hosts)
                host.Dispose();
        }

        await using var last = await TestHost.Start(_folder.Path, jobs => jobs.PostgreSql = server.ConnectionString);
        await AssertSameBits(last, "first", attempts: 2);
    }

    [Fact]
    public async Task A_job_on_another_host_is_cancelled()
    {
        Assert.SkipWhen(PostgreSqlServer.Programs is null, "PostgreSQL is not installed (apt-get install postgresql)");
        using var server = new PostgreSqlServer();
        await using var here = await TestHost.Start(_folder.Path, jobs => jobs.PostgreSql = server.ConnectionString);
        await here.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Long) { Name = "here" });
        await here.First<JobStepped>("here");
        await here.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Long) { Name = "there" });
        using var there = HostProcess.Start(_folder.Path, server.ConnectionString);
        await here.First<JobStepped>("there");
        await here.Jobs.CancelAsync("there");
        Assert.Equal(JobState.Cancelled, (await here.Jobs.WaitAsync("there")).State);
        await here.Jobs.CancelAsync("here");
        Assert.Equal(JobState.Cancelled, (await here.Jobs.WaitAsync("here")).State);
    }

    /// <summary>Puts jobs into the queue, and leaves them to other hosts.</summary>
    private async Task Submit(string? postgreSql, params string[] names)
    {
        await using var host = await TestHost.Start(_folder.Path, jobs => (jobs.PostgreSql, jobs.Trains) = (postgreSql, false));
        foreach (var name in names)
            await host.Jobs.SubmitAsync(new FineTuningJobRequest(s_run with { Seed = name.Length }) { Name = name });
    }

    /// <summary>Waits for a step of a job that another process trains.</summary>
    private async Task Step(string name, int step)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var events = JobEventReader.ReadAsync(
            Path.Combine(_folder.Path, name, "events.jsonl"), TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        await foreach (var happened in events)
        {
            if (happened is JobStepped stepped && stepped.Progress.Step >= step)
                return;
        }
    }

    private static async Task Ended(JobFolders jobs, string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!jobs.Read(name).HasEnded)
            await Task.Delay(50, patience.Token);
    }

    private static async Task AssertSameBits(TestHost host, string name, int attempts)
    {
        var result = await host.Jobs.GetResultAsync(name);
        var job = await host.Jobs.GetAsync(name);
        Assert.Equal((JobState.Succeeded, attempts), (job.State, job.Attempts));
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(s_run with { Seed = name.Length }) { Name = "whole" });
        var whole = await host.Jobs.GetResultAsync("whole");
        Assert.Equal(whole.Metrics, result.Metrics);
        Assert.Equal(RunBits.Adapter(host.Jobs.FolderOf("whole")), RunBits.Adapter(host.Jobs.FolderOf(name)));
    }
}
