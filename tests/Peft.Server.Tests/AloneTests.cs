using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Peft.Methods;
using Peft.Server.Pages;
using Peft.Training;

namespace Peft.Server.Tests;

/// <summary>Servers of predictions without jobs, and of jobs without predictions.</summary>
public sealed class AloneTests
{
    [Fact]
    public async Task A_server_without_jobs_answers_texts_with_its_adapters()
    {
        await using var server = await RunningServer.Start(hasJobs: false);
        var run = Path.Combine(server.Folder, "run");
        new FineTuner(new MethodRegistry().AddFrom(typeof(Lora).Assembly)).Run(new TrainingOptions
        {
            Backbone = "builtin", Task = "builtin", Method = "lora", TrainLimit = 16, DevLimit = 16, BatchSize = 8, Epochs = 1,
            MaxLength = 32, Threads = 1, Output = run,
        });
        await server.Predictor.LoadAsync("tone", run);
        Assert.Equal("tone", (string?)(await server.Send(HttpMethod.Get, "/v1/adapters")).Body![0]!["name"]);
        var texts = new JsonObject { ["texts"] = new JsonArray("a good film") };
        var (status, answer) = await server.Send(HttpMethod.Post, "/v1/adapters/tone/predict", texts);
        Assert.Equal((200, 1), (status, answer!["predictions"]!.AsArray().Count));
        await server.Refused(400, "no folder of runs", HttpMethod.Put, "/v1/adapters/other", new JsonObject { ["run"] = "run" });
        await AssertPages(server, hasRuns: false);
        await AssertRoutes(server, there: "/v1/adapters", missing: "/v1/jobs");
        Assert.Equal(204, (await server.Send(HttpMethod.Delete, "/v1/adapters/tone")).Status);
        await server.Refused(404, "there is no adapter 'tone'", HttpMethod.Post, "/v1/adapters/tone/predict", texts);
        Assert.Empty(server.Errors.Messages);
    }

    [Fact]
    public async Task A_server_without_predictions_trains_jobs()
    {
        await using var server = await RunningServer.Start(hasPredictor: false);
        Assert.Equal("succeeded", (string?)(await server.RunJob("first"))["state"]);
        Assert.Equal("first", (string?)(await server.Send(HttpMethod.Get, "/v1/runs")).Body![0]!["name"]);
        await AssertPages(server, hasRuns: true);
        await AssertRoutes(server, there: "/v1/jobs", missing: "/v1/adapters");
        Assert.Empty(server.Errors.Messages);
    }

    private static async Task AssertPages(RunningServer server, bool hasRuns)
    {
        foreach (var page in (string[])["/", "/start", "/try", "/compare"])
            Assert.Contains("<html", await server.Client.GetStringAsync(page), StringComparison.Ordinal);
        await using var connection = server.Services.CreateAsyncScope(); // as that of a browser, which draws the pages
        Assert.Equal(hasRuns, connection.ServiceProvider.GetRequiredService<PageServices>().Runs is not null);
    }

    private static async Task AssertRoutes(RunningServer server, string there, string missing)
    {
        var paths = (await server.Send(HttpMethod.Get, "/openapi/v1.json")).Body!["paths"]!.AsObject();
        Assert.True(paths.ContainsKey(there));
        Assert.False(paths.ContainsKey(missing));
        await server.Refused(404, "there is no such route", HttpMethod.Get, missing);
    }
}
