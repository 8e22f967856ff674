using Microsoft.Data.Sqlite;
using Peft.Data;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>What a user can do wrong with jobs: one sentence that says what to change, and nothing is left behind.</summary>
public sealed class BadJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../out")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public async Task A_name_that_could_leave_the_folder_is_refused(string name)
    {
        await using var host = await TestHost.Start(_folder.Path, jobs => jobs.Trains = false);
        var refused = await Assert.ThrowsAsync<JobRequestException>(
            () => host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Name = name }));
        Assert.Contains($"'{name}' is no name of a job", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnknownJobException>(() => host.Jobs.GetAsync(name));
        Assert.Empty(await host.Jobs.ListAsync());
    }

    [Fact]
    public async Task Of_two_jobs_with_one_name_the_second_is_refused()
    {
        await using var host = await TestHost.Start(_folder.Path, jobs => jobs.Trains = false);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "earlier-run"));
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Name = "one" });
        var submitted = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Submit("two")));
        var outcomes = await Task.WhenAll(submitted.Select(task => task.ContinueWith(ended => ended.Exception?.InnerException)));
        Assert.Equal(7, outcomes.Count(problem => problem is JobExistsException));
        foreach (var taken in (string[])["one", "earlier-run"])
            await Assert.ThrowsAsync<JobExistsException>(() => Submit(taken));
        Assert.Equal(["one", "two"], (await host.Jobs.ListAsync()).Select(job => job.Name));

        Task<FineTuningJob> Submit(string name) => host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Name = name });
    }

    [Fact]
    public async Task Options_that_cannot_run_are_refused_when_they_are_submitted()
    {
        await using var host = await TestHost.Start(_folder.Path, jobs => jobs.Trains = false);
        await Refused<TrainingOptionsException>(TestHost.Run with { BatchSize = 0 }, "--batch-size");
        await Refused<TrainingOptionsException>(TestHost.Run with { Data = "-" }, "no standard input");
        var folds = TestHost.Run with { Folds = 3, Data = "x.csv", Task = "classification" };
        await Refused<TrainingOptionsException>(folds, "3 folds are 3 jobs");
        await Refused<UnknownNameException>(TestHost.Run with { Method = "lorra" }, "lora");
        await Refused<UnknownTaskException>(TestHost.Run with { Task = "sst22" }, "sst2");
        await Assert.ThrowsAsync<JobRequestException>(
            () => host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Priority = 10 }));
        Assert.Empty(await host.Jobs.ListAsync());
        Assert.Empty(Directory.EnumerateDirectories(_folder.Path));

        async Task Refused<T>(TrainingOptions options, string says)
            where T : Exception
        {
            var problem = await Assert.ThrowsAnyAsync<T>(() => host.Jobs.SubmitAsync(new FineTuningJobRequest(options)));
            Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_job_is_named()
    {
        await using var host = await TestHost.Start(_folder.Path, jobs => jobs.Trains = false);
        foreach (var ask in (Func<Task>[])[() => host.Jobs.GetAsync("none"), () => host.Jobs.CancelAsync("none"),
            () => host.Jobs.WaitAsync("none"), () => host.First<JobEnded>("none")])
        {
            Assert.Equal("there is no job 'none'.", (await Assert.ThrowsAsync<UnknownJobException>(ask)).Message);
        }
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_named_when_the_host_starts()
    {
        var nowhere = await Assert.ThrowsAsync<JobStoreException>(
            () => TestHost.Start(_folder.Path, jobs => jobs.PostgreSql = $"Host={_folder.Path};Username=peft;Timeout=2"));
        Assert.Contains("Jobs:PostgreSql", nowhere.Message, StringComparison.Ordinal);
        var file = Path.Combine(_folder.Path, "text.db");
        await File.WriteAllTextAsync(file, new string('x', 5000));
        var text = await Assert.ThrowsAsync<JobStoreException>(() => TestHost.Start(_folder.Path, jobs => jobs.SqliteFile = file));
        Assert.Contains("not a database", text.Message, StringComparison.Ordinal);
        var folder = await Assert.ThrowsAsync<JobStoreException>(() => TestHost.Start(Path.Combine(file, "below-a-file")));
        Assert.Contains("Jobs:Folder", folder.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALTER TABLE QRTZ_JOB_DETAILS DROP COLUMN REQUESTS_RECOVERY")]
    [InlineData("DROP TABLE QRTZ_TRIGGERS; CREATE TABLE QRTZ_TRIGGERS (SCHED_NAME TEXT, TRIGGER_NAME TEXT)")]
    [InlineData("ALTER TABLE QRTZ_TRIGGERS DROP COLUMN JOB_DATA")]
    public async Task A_database_of_another_version_is_named_when_the_host_starts(string change)
    {
        await using (await TestHost.Start(_folder.Path))
        {
        }

        using (var database = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "jobs.db")};Pooling=False"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = change;
            command.ExecuteNonQuery();
        }

        var other = await Assert.ThrowsAsync<JobStoreException>(() => TestHost.Start(_folder.Path));
        Assert.Contains("Jobs:SqliteFile", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_host_that_would_train_the_same_jobs_is_refused()
    {
        await using (await TestHost.Start(_folder.Path))
        {
            var refused = await Assert.ThrowsAsync<JobStoreException>(() => TestHost.Start(_folder.Path));
            Assert.Contains($"is the folder of the jobs of process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
            await using var other = await TestHost.Start(_folder.Path, jobs => jobs.Trains = false); // submits and lists
        }

        await using var next = await TestHost.Start(_folder.Path);
    }

    [Fact]
    public async Task A_damaged_job_is_named_and_the_others_run()
    {
        await using (var host = await TestHost.Start(_folder.Path, jobs => jobs.Trains = false))
        {
            await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { MaxSteps = 1 }) { Name = "damaged" });
            await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { MaxSteps = 1 }) { Name = "good" });
        }

        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "damaged", "job.json"), "{ \"name\": ");
        await using var next = await TestHost.Start(_folder.Path);
        Assert.Equal(JobState.Succeeded, (await next.Jobs.WaitAsync("good")).State);
        var problem = await Assert.ThrowsAsync<JobStoreException>(() => next.Jobs.GetAsync("damaged"));
        Assert.Contains("job.json of the job 'damaged' cannot be read", problem.Message, StringComparison.Ordinal);
    }
}
