using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Peft.Hosting;

namespace Peft.Server;

/// <summary>Load, list and unload adapters, and answer texts with them.</summary>
internal static class AdapterEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/adapters", (IPredictor predictor) => predictor.Adapters.Select(AdapterView.FromAdapter))
            .WithSummary("Lists the loaded adapters.");
        group.MapPut("/adapters/{name}", (
                string name, HttpRequest request, IPredictor predictor, [FromServices] IFineTuningJobs? jobs) =>
                LoadAsync(name, request, predictor, jobs))
            .Accepts<AdapterRequest>("application/json").Produces<AdapterView>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("Loads a run under a name, or replaces the run of the name, without an interruption.");
        group.MapDelete("/adapters/{name}", (string name, IPredictor predictor) =>
            {
                predictor.Unload(name);
                return Results.NoContent();
            })
            .Produces(StatusCodes.Status204NoContent)
            .WithSummary("Unloads an adapter; requests that wait for it are still answered.");
        group.MapPost("/adapters/{name}/predict", (
                string name, HttpRequest request, IPredictor predictor, IOptions<PeftServerOptions> options) =>
                PredictAsync(name, request, predictor, options.Value))
            .Accepts<PredictionRequest>("application/json").Produces<PredictionAnswer>()
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithSummary("Answers texts with an adapter.");
    }

    private static async Task<AdapterView> LoadAsync(string name, HttpRequest request, IPredictor predictor, IFineTuningJobs? jobs)
    {
        var run = (await RequestBody.ReadAsync<AdapterRequest>(request)).Run;
        if (jobs is null)
            throw new RequestProblemException("run: this server has no jobs and no folder of runs, so clients load none.");
        return AdapterView.FromAdapter(await predictor.LoadAsync(name, jobs.FolderOf(run), request.HttpContext.RequestAborted));
    }

    private static async Task<PredictionAnswer> PredictAsync(
        string name, HttpRequest request, IPredictor predictor, PeftServerOptions options)
    {
        var given = await RequestBody.ReadAsync<PredictionRequest>(request);
        if (given.Texts.Count == 0 || given.Texts.Count > options.MaxTexts)
            throw new RequestProblemException($"texts: expected 1 to {options.MaxTexts}, found {given.Texts.Count}.");
        if (given.Top < 0)
            throw new RequestProblemException($"top: expected 0 or more, found {given.Top}.");
        var answers = await TimeLimit.RunAsync(request, options, limit => predictor.PredictAsync(name, given.Read(), limit));
        return new PredictionAnswer(name, [.. answers.Select(answer => PredictionView.FromPrediction(answer, given.Top))]);
    }
}
