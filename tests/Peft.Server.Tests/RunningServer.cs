using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Hosting;
using Peft.Methods;
using Peft.Training;

namespace Peft.Server.Tests;

/// <summary>A server on a free port of the loopback interface, and a client.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServer(WebApplication app, string folder, ErrorLog errors)
    {
        (_app, Folder, Errors) = (app, folder, errors);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public string Folder { get; }

    public HttpClient Client { get; }

    /// <summary>What was logged as an error.</summary>
    public ErrorLog Errors { get; }

    public IServiceProvider Services => _app.Services;

    public IPredictor Predictor => Services.GetRequiredService<IPredictor>();

    /// <summary>Options of a job of a few seconds, as JSON.</summary>
    public static JsonObject Run => new()
    {
        ["backbone"] = "builtin", ["task"] = "builtin", ["method"] = "adamix(lora)", ["train-limit"] = 64, ["dev-limit"] = 16,
        ["batch-size"] = 8, ["epochs"] = 2, ["max-length"] = 32, ["threads"] = 1, ["set"] = new JsonObject { ["lora.rank"] = 4 },
    };

    public static async Task<RunningServer> Start(
        Action<PeftServerOptions>? server = null, Action<PredictorOptions>? predictor = null, bool trains = true, bool hasJobs = true,
        bool hasPredictor = true)
    {
        var folder = Directory.CreateTempSubdirectory("peft-server-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        var errors = new ErrorLog();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.Host.UseDefaultServiceProvider(provider => provider.ValidateOnBuild = provider.ValidateScopes = true); // as in development
        builder.Services.AddPeft(peft =>
        {
            peft.AddMethodsFrom(typeof(Lora).Assembly);
            if (hasJobs)
                peft.AddJobs(jobs => (jobs.Folder, jobs.Trains, jobs.WatchInterval) = (folder, trains, TimeSpan.FromMilliseconds(20)));
            if (hasPredictor)
            {
                peft.AddPredictor(served =>
                {
                    served.Threads = 1;
                    predictor?.Invoke(served);
                });
            }
        });
        builder.Services.AddPeftServer(server);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseStatusCodePages(); // as `peft serve`
        app.MapPeft();
        await app.StartAsync();
        return new RunningServer(app, folder, errors);
    }

    /// <summary>Sends JSON and reads JSON.</summary>
    public async Task<(int Status, JsonNode? Body)> Send(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await Send(request);
    }

    public async Task<(int Status, JsonNode? Body)> Send(HttpRequestMessage request)
    {
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Folder, text, StringComparison.Ordinal); // no folder of the server in any answer
        return ((int)answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null);
    }

    /// <summary>Submits a job.</summary>
    public async Task Submit(string name, int epochs = 2)
    {
        var options = Run;
        options["epochs"] = epochs;
        var (status, _) = await Send(HttpMethod.Post, "/v1/jobs", new JsonObject { ["name"] = name, ["options"] = options });
        Assert.Equal(202, status);
    }

    /// <summary>Submits a job and waits for its end.</summary>
    public async Task<JsonNode> RunJob(string name, JsonObject? options = null)
    {
        var (status, _) = await Send(HttpMethod.Post, "/v1/jobs", new JsonObject { ["name"] = name, ["options"] = options ?? Run });
        Assert.Equal(202, status);
        await Services.GetRequiredService<IFineTuningJobs>().WaitAsync(name);
        return (await Send(HttpMethod.Get, $"/v1/jobs/{name}")).Body!;
    }

    /// <summary>Checks that a request is refused with a problem.</summary>
    public async Task Refused(int status, string says, HttpMethod method, string path, JsonNode? body = null)
    {
        var (found, problem) = await Send(method, path, body);
        Assert.Equal((status, status), (found, problem!["status"]!.GetValue<int>()));
        Assert.Contains(says, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
