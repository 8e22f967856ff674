using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Peft.Hosting;

namespace Peft.Server;

/// <summary>Submit, list, watch and cancel training jobs.</summary>
internal static class JobEndpoints
{
    public static void Map(RouteGroupBuilder group, Problems problems)
    {
        group.MapPost("/jobs", (HttpRequest request, IFineTuningJobs jobs, IOptions<PeftServerOptions> options) =>
                SubmitAsync(request, jobs, options.Value, problems))
            .Accepts<JobSubmission>("application/json").Produces<JobView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Queues a training job.");
        group.MapGet("/jobs", async (IFineTuningJobs jobs, CancellationToken cancellation) =>
                (await jobs.ListAsync(cancellation)).Select(job => JobView.FromJob(job, problems)))
            .WithSummary("Lists the jobs in the order of their submission.");
        group.MapGet("/jobs/{name}", async (string name, IFineTuningJobs jobs, CancellationToken cancellation) =>
                JobView.FromJob(await jobs.GetAsync(name, cancellation), problems))
            .WithSummary("Shows a job.");
        group.MapDelete("/jobs/{name}", async (string name, IFineTuningJobs jobs, CancellationToken cancellation) =>
                Results.Accepted(null, JobView.FromJob(await jobs.CancelAsync(name, cancellation), problems)))
            .Produces<JobView>(StatusCodes.Status202Accepted)
            .WithSummary("Cancels a job: a queued one at once, a running one after its step.");
        group.MapPost("/jobs/{name}/resume", async (string name, IFineTuningJobs jobs, CancellationToken cancellation) =>
                Results.Accepted(null, JobView.FromJob(await jobs.ResumeAsync(name, cancellation), problems)))
            .Produces<JobView>(StatusCodes.Status202Accepted)
            .WithSummary("Resumes a failed or cancelled job from its last snapshot.");
        group.MapGet("/jobs/{name}/result", async (string name, IFineTuningJobs jobs, CancellationToken cancellation) =>
                await ResultAsync(name, jobs, cancellation))
            .Produces<ResultView>()
            .WithSummary("Shows the result of a job that has ended.");
        group.MapGet("/jobs/{name}/events", async (string name, HttpRequest request, IFineTuningJobs jobs) =>
            {
                var aborted = request.HttpContext.RequestAborted;
                await jobs.GetAsync(name, aborted); // 404 before the stream begins
                return TypedResults.ServerSentEvents(Events(jobs.WatchAsync(name, aborted), LastEvent(request), problems, aborted));
            })
            .WithSummary("Streams the events of a job from the first one, then live, as server-sent events; Last-Event-ID continues.");
    }

    private static async Task<IResult> SubmitAsync(
        HttpRequest request, IFineTuningJobs jobs, PeftServerOptions server, Problems problems)
    {
        var given = await RequestBody.ReadAsync<JobSubmission>(request);
        var job = await jobs.SubmitAsync(
            new FineTuningJobRequest(RemoteOptions.Read(given.Options, server)) { Name = given.Name, Priority = given.Priority },
            request.HttpContext.RequestAborted);
        return Results.Accepted($"{request.PathBase}{request.Path}/{job.Name}", JobView.FromJob(job, problems));
    }

    private static async Task<ResultView> ResultAsync(string name, IFineTuningJobs jobs, CancellationToken cancellation)
    {
        var job = await jobs.GetAsync(name, cancellation);
        if (!job.HasEnded)
            throw new RequestProblemException(
                $"the job '{name}' has not ended; watch its events, or ask again later.", StatusCodes.Status409Conflict);
        return ResultView.FromResult(name, await jobs.GetResultAsync(name, cancellation));
    }

    private static int LastEvent(HttpRequest request) => int.TryParse(request.Headers["Last-Event-ID"], out var last) ? last : 0;

    /// <summary>Events after the last that the client has, each with its number from 1.</summary>
    private static async IAsyncEnumerable<SseItem<string>> Events(
        IAsyncEnumerable<JobEvent> events, int last, Problems problems, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = 0;
        await foreach (var happened in events.WithCancellation(cancellation))
        {
            if (++number <= last)
                continue;
            var shown = happened switch
            {
                JobEnded { Error: { } error } ended => ended with { Error = problems.WithoutFolders(error) },
                JobNoted noted => noted with { Message = problems.WithoutFolders(noted.Message) },
                _ => happened,
            };
            yield return new SseItem<string>(shown.ToJson(), shown.Kind) { EventId = $"{number}" };
        }
    }
}
