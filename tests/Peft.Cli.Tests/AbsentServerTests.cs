using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Peft.Cli.Remote;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>A server of jobs that is away for a while, and what becomes of the jobs if it stays away.</summary>
public sealed class AbsentServerTests : IDisposable
{
    private const string Weights = "adapter/weights.bin";

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-absent-").FullName;
    private readonly SubmittedRun _run;
    private readonly List<string> _said = [];
    private int _queued, _cancelled;

    public AbsentServerTests() => _run = new SubmittedRun(
        new TrainingOptions { Output = Path.Combine(_folder, "run"), Backbone = "builtin", Task = "builtin" });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("502")]
    [InlineData("503")]
    [InlineData("504")]
    [InlineData("no answer")]
    [InlineData("half an answer")]
    [InlineData("silence")]
    [InlineData("half an answer, silence")]
    public async Task Every_call_is_repeated_until_the_server_answers(string fault)
    {
        var isSlow = fault.Contains("silence", StringComparison.Ordinal);
        var faults = new ConcurrentDictionary<string, bool>();
        await using var app = Create();
        app.Use(async (context, next) =>
        {
            var (method, path) = (context.Request.Method, context.Request.Path.Value!);
            var isMeant = isSlow ? method == "POST" || path.EndsWith(Weights, StringComparison.Ordinal) : method != "DELETE";
            if (isMeant && faults.TryAdd($"{method} {path}", true))
                await Fail(context, fault);
            else
                await next();
        });
        MapJobs(app, () => Results.Ok(new { State = "succeeded" }));
        await app.StartAsync();
        using var server = new RemoteServer(app.Urls.First(), key: null) { Timeout = TimeSpan.FromSeconds(isSlow ? 4 : 60) };
        await server.CancelAsync("none", CancellationToken.None); // so that it is known to be there
        _cancelled = 0;

        await Train(server);

        Assert.Equal(isSlow ? 2 : 5, faults.Count);
        Assert.Equal(faults.Count, _said.Count(line => line.EndsWith("Waiting for it.", StringComparison.Ordinal)));
        Assert.Equal(0.5, RunResult.Read(_run.Options.Output!).Primary);
        Assert.Equal("weights", await File.ReadAllTextAsync(Path.Combine(_run.Options.Output!, Weights)));
        Assert.Equal((1, 0), (_queued, _cancelled));
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_wait_and_the_jobs_are_cancelled()
    {
        await using var app = Create();
        MapJobs(app, () => Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        await app.StartAsync();
        using var server = new RemoteServer(app.Urls.First(), key: null);

        var problem = await Assert.ThrowsAsync<RemoteServerException>(() => Train(server, patience: TimeSpan.FromMilliseconds(200)));

        Assert.Contains("503", problem.Message);
        Assert.True(problem.IsUnreachable);
        Assert.Equal((1, 1), (_queued, _cancelled));
    }

    [Fact]
    public async Task An_address_at_which_nothing_has_ever_answered_fails_at_once()
    {
        using var server = new RemoteServer("http://127.0.0.1:1", key: null);

        var problem = await Assert.ThrowsAsync<RemoteServerException>(() => Train(server));

        Assert.Contains("does `peft serve` run there?", problem.Message);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task An_exception_of_this_machine_cancels_the_jobs_too()
    {
        await File.WriteAllTextAsync(_run.Options.Output!, "a file where the run's folder would be");
        await using var app = Create();
        MapJobs(app, () => Results.Ok(new { State = "succeeded" }));
        await app.StartAsync();
        using var server = new RemoteServer(app.Urls.First(), key: null);

        await Assert.ThrowsAnyAsync<IOException>(() => Train(server));

        Assert.Equal((1, 1), (_queued, _cancelled));
    }

    [Fact]
    public async Task A_job_whose_answer_was_lost_is_found_by_its_name()
    {
        var queued = new HashSet<string>();
        await using var app = Create();
        app.MapPost("/v1/jobs", async (HttpContext context) =>
        {
            var job = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
            if (!queued.Add(job.GetProperty("name").GetString()!))
                return Results.Conflict();
            context.Abort();
            return Results.Empty;
        });
        MapJobs(app, () => Results.Ok(new { State = "succeeded" }), canSubmit: false);
        await app.StartAsync();
        using var server = new RemoteServer(app.Urls.First(), key: null);
        await server.CancelAsync("none", CancellationToken.None);

        await Train(server);

        Assert.Equal(_run.Name, Assert.Single(queued));
        Assert.Equal(0.5, RunResult.Read(_run.Options.Output!).Primary);
    }

    [Fact]
    public async Task A_job_that_is_being_queued_when_the_client_stops_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        await using var app = Create();
        app.MapPost("/v1/jobs", async () =>
        {
            stop.Cancel();
            await Task.Delay(100); // time for a client that does not wait for the answer
            return Results.Accepted();
        });
        MapJobs(app, () => Results.Ok(new { State = "running" }), canSubmit: false);
        await app.StartAsync();
        using var server = new RemoteServer(app.Urls.First(), key: null);

        await Train(server, cancellation: stop.Token);

        Assert.Equal(1, _cancelled);
    }

    private static WebApplication Create()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        return app;
    }

    private static async Task Fail(HttpContext context, string fault)
    {
        if (int.TryParse(fault, out var status))
        {
            context.Response.StatusCode = status;
            return;
        }

        if (fault.StartsWith("half", StringComparison.Ordinal))
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
        }

        if (fault.EndsWith("silence", StringComparison.Ordinal))
            await Task.WhenAny(Task.Delay(Timeout.Infinite, context.RequestAborted));
        context.Abort();
    }

    private void MapJobs(WebApplication app, Func<IResult> state, bool canSubmit = true)
    {
        if (canSubmit)
            app.MapPost("/v1/jobs", () =>
            {
                Interlocked.Increment(ref _queued);
                return Results.Accepted();
            });
        app.MapGet("/v1/jobs/{name}", state);
        app.MapDelete("/v1/jobs/{name}", () => Interlocked.Increment(ref _cancelled));
        app.MapGet("/v1/runs/{name}/files", () => new[] { RunResult.FileName, Weights }.Select(path => new { Path = path }));
        app.MapGet("/v1/runs/{name}/files/{**path}", (string path) =>
            path == Weights ? "weights" : JsonSerializer.Serialize(Result(), RunResult.Json));
    }

    private Task Train(RemoteServer server, TimeSpan? patience = null, CancellationToken cancellation = default) =>
        new RemoteRuns(server, _said.Add) { Interval = s_interval, Patience = patience ?? TimeSpan.FromMinutes(1) }
            .TrainAsync([_run], cancellation);

    private RunResult Result() => new()
    {
        Method = "lora",
        Task = "builtin",
        Seed = 1,
        Settings = _run.Options with { Output = null },
        TrainRows = 8,
        DevRows = 8,
        Files = [],
        Parameters = new ParameterCounts(1, 1, 1, 1),
        Metrics = new Dictionary<string, double> { ["accuracy"] = 0.5 },
        PrimaryMetric = "accuracy",
        Epochs = [],
        SelectedEpoch = 1,
        Steps = 1,
        Seconds = 1,
        PeakBytes = 1,
        Cancelled = false,
        Ended = DateTimeOffset.UnixEpoch,
        Environment = new Dictionary<string, string>(),
    };
}
