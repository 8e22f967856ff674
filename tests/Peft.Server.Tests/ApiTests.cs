using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Peft.Server.Tests;

/// <summary>What a client does: train, watch, load, ask, look at files.</summary>
public sealed class ApiTests
{
    [Fact]
    public async Task A_job_is_submitted_watched_served_and_asked()
    {
        await using var server = await RunningServer.Start();
        var (status, job) = await server.Send(
            HttpMethod.Post, "/v1/jobs", new JsonObject { ["name"] = "first", ["options"] = RunningServer.Run });
        Assert.Equal((202, "queued", "cpu"), (status, job!["state"]!.GetValue<string>(), job["device"]!.GetValue<string>()));
        var events = await Events(server, "first");
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => $"{number}"), events.Select(happened => happened.EventId));
        Assert.Equal(16, events.Count(happened => happened.EventType == "stepped"));
        Assert.Equal("succeeded", JsonNode.Parse(events[^1].Data)!["state"]!.GetValue<string>());
        var rest = await Events(server, "first", after: events.Count - 2);
        Assert.Equal(events[^2..].Select(happened => happened.Data), rest.Select(happened => happened.Data));

        var result = (await server.Send(HttpMethod.Get, "/v1/jobs/first/result")).Body!;
        Assert.Equal((16, "adamix(lora)"), (result["steps"]!.GetValue<int>(), result["method"]!.GetValue<string>()));
        Assert.Equal("first", (await server.Send(HttpMethod.Get, "/v1/runs")).Body![0]!["name"]!.GetValue<string>());
        Assert.Equal("first", (await server.Send(HttpMethod.Get, "/v1/runs/first")).Body!["name"]!.GetValue<string>());
        Assert.Equal("first", (await server.Send(HttpMethod.Get, "/v1/jobs")).Body![0]!["name"]!.GetValue<string>());

        var (loaded, adapter) = await server.Send(HttpMethod.Put, "/v1/adapters/tone", new JsonObject { ["run"] = "first" });
        Assert.Equal((200, "tone"), (loaded, adapter!["name"]!.GetValue<string>()));
        var (_, answer) = await server.Send(HttpMethod.Post, "/v1/adapters/tone/predict", new JsonObject
        {
            ["texts"] = new JsonArray("a good film", new JsonObject { ["text"] = "a bad film" }), ["top"] = 1,
        });
        var predictions = answer!["predictions"]!.AsArray();
        Assert.Equal(2, predictions.Count);
        Assert.All(predictions, prediction => Assert.Equal(
            prediction!["answer"]!.GetValue<string>(), Assert.Single(prediction["classes"]!.AsArray())!["label"]!.GetValue<string>()));
        Assert.Equal(204, (await server.Send(HttpMethod.Delete, "/v1/adapters/tone")).Status);
        Assert.Empty((await server.Send(HttpMethod.Get, "/v1/adapters")).Body!.AsArray());
    }

    [Fact]
    public async Task The_files_of_a_run_are_downloaded_and_nothing_else()
    {
        await using var server = await RunningServer.Start();
        await server.RunJob("first");
        var files = (await server.Send(HttpMethod.Get, "/v1/runs/first/files")).Body!.AsArray()
            .Select(file => file!["path"]!.GetValue<string>()).ToList();
        Assert.Contains("adapter/adapter.safetensors", files);
        Assert.Contains("log.txt", files);
        var bytes = await server.Client.GetByteArrayAsync("/v1/runs/first/files/adapter/adapter.safetensors");
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(server.Folder, "first", "adapter", "adapter.safetensors")), bytes);
        File.CreateSymbolicLink(Path.Combine(server.Folder, "first", "link.txt"), Path.Combine(server.Folder, "jobs.db"));
        foreach (var path in (string[])["..%2Fjobs.db", "link.txt", "%2Fetc%2Fpasswd", "none", "adapter%2F..%2F..%2Fjobs.db"])
            await server.Refused(404, "no such file", HttpMethod.Get, $"/v1/runs/first/files/{path}");
        await server.Refused(400, "is no name of a job", HttpMethod.Get, "/v1/runs/..%2Fx/files");
        await server.Refused(404, "there is no run 'none'", HttpMethod.Get, "/v1/runs/none/files");
    }

    [Fact]
    public async Task A_running_job_is_cancelled_and_an_ended_one_not()
    {
        await using var server = await RunningServer.Start();
        var options = RunningServer.Run;
        options["epochs"] = 500;
        await server.Send(HttpMethod.Post, "/v1/jobs", new JsonObject { ["name"] = "long", ["options"] = options });
        await server.Refused(409, "has not ended", HttpMethod.Get, "/v1/jobs/long/result");
        await server.Refused(409, "the name 'long' is taken", HttpMethod.Post, "/v1/jobs", new JsonObject
        {
            ["name"] = "long", ["options"] = RunningServer.Run,
        });
        Assert.Equal(202, (await server.Send(HttpMethod.Delete, "/v1/jobs/long")).Status);
        var events = await Events(server, "long");
        Assert.Equal("cancelled", JsonNode.Parse(events[^1].Data)!["state"]!.GetValue<string>());
        await server.Refused(409, "has ended (cancelled)", HttpMethod.Delete, "/v1/jobs/long");
    }

    [Fact]
    public async Task The_description_names_every_route()
    {
        await using var server = await RunningServer.Start(trains: false);
        var paths = (await server.Send(HttpMethod.Get, "/openapi/v1.json")).Body!["paths"]!.AsObject();
        Assert.Equal(
            [
                "/v1/adapters", "/v1/adapters/{name}", "/v1/adapters/{name}/predict", "/v1/chat/completions", "/v1/completions",
                "/v1/embeddings", "/v1/jobs", "/v1/jobs/{name}", "/v1/jobs/{name}/events", "/v1/jobs/{name}/result",
                "/v1/jobs/{name}/resume", "/v1/models",
                "/v1/models/{name}", "/v1/runs", "/v1/runs/{name}",
                "/v1/runs/{name}/files", "/v1/runs/{name}/files/{path}",
            ],
            paths.Select(path => path.Key).Order(StringComparer.Ordinal));
        Assert.Equal("Queues a training job.", paths["/v1/jobs"]!["post"]!["summary"]!.GetValue<string>());
        Assert.NotNull(paths["/v1/jobs"]!["post"]!["requestBody"]);
        Assert.Equal(["202", "400", "401", "404", "409", "503"], Answers("/v1/jobs", "post"));
        Assert.Equal(["204", "400", "401", "404", "503"], Answers("/v1/adapters/{name}", "delete"));

        IEnumerable<string> Answers(string path, string method) =>
            paths[path]![method]!["responses"]!.AsObject().Select(answer => answer.Key).Order(StringComparer.Ordinal);
    }

    private static async Task<List<(string? EventId, string EventType, string Data)>> Events(
        RunningServer server, string job, int after = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job}/events");
        request.Headers.Add("Last-Event-ID", $"{after}");
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var parser = SseParser.Create(stream);
        var all = new List<(string?, string, string)>();
        await foreach (var happened in parser.EnumerateAsync())
            all.Add((parser.LastEventId, happened.EventType, happened.Data));
        return all;
    }
}
