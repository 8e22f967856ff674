using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Peft.Server.Tests;

/// <summary>What a client can do wrong: the right status, one clear sentence, and the server goes on.</summary>
public sealed class BadRequestTests
{
    [Fact]
    public async Task Jobs_that_cannot_run_are_refused()
    {
        var data = Directory.CreateTempSubdirectory("peft-data-");
        await using var server = await RunningServer.Start(options => options.DataFolder = data.FullName, trains: false);
        foreach (var (option, value, says) in ((string, JsonNode, string)[])[
            ("epoch", 3, "there is no such option; the nearest is 'epochs'"), ("epochs", -1, "--epochs"), ("epochs", "many", "--epochs"),
            ("epochs", new JsonArray(1), "options.epochs: expected a text, a number, true or false"),
            ("method", "lorra", "lora"), ("task", "sst22", "sst2"), ("output", "elsewhere", "the server sets it"),
            ("backbone", "/etc", "'/etc' is not served"), ("backbone", "someone/repository", "is not served"),
            ("data", "../x.csv", "without '..'"), ("data", "/etc/passwd", "without '..'"), ("data", "none.csv", "has no 'none.csv'"),
            ("Data", "/etc/passwd", "without '..'"), ("DEV", "/etc/passwd", "without '..'"), ("Backbone", "/etc", "'/etc' is not served"),
            ("SnapshotEvery", 1, "the server sets it"), ("add-tokens", "/etc/passwd", "without '..'"),
            ("AddTokens", "/etc/passwd", "without '..'"), ("prompt", "/etc/passwd", "without '..'"), ("template", "key", "has no 'key'"),
            ("set", 3, "expected an object"), ("batch-size", 0, "--batch-size")])
        {
            var options = RunningServer.Run;
            options.Remove(option.ToLowerInvariant()); // of another case it would be given twice
            options[option] = value.DeepClone();
            await server.Refused(400, says, HttpMethod.Post, "/v1/jobs", new JsonObject { ["options"] = options });
        }

        foreach (var (method, set, says) in ((string, JsonObject, string)[])[
            ("lora", new JsonObject { ["lora.rank"] = -1 }, "option lora.rank: -1 is not a whole number of at least 1"),
            ("lora", new JsonObject { ["lora.rnk"] = 8 }, "lora.rnk: there is no such option"),
            ("adamix(lora", [], "parentheses that do not match"), ("adamix(adamix(lora))", [], "adamix"),
            ("lora+lora", [], "names lora twice"),
            ("adamix(lora)", new JsonObject { ["adamix.experts"] = 0 }, "adamix.experts"),
            ("lora", new JsonObject { ["lora.rank"] = 8, ["LORA.RANK"] = 4 }, "options.set.LORA.RANK: is given twice")])
        {
            var options = RunningServer.Run;
            (options["method"], options["set"]) = (method, set);
            await server.Refused(400, says, HttpMethod.Post, "/v1/jobs", new JsonObject { ["options"] = options });
        }

        await server.Refused(400, "options.Epochs: is given twice", HttpMethod.Post, "/v1/jobs", new JsonObject
        {
            ["options"] = new JsonObject { ["epochs"] = 1, ["Epochs"] = 2 },
        });
        await server.Refused(400, "is no name of a job", HttpMethod.Post, "/v1/jobs", new JsonObject
        {
            ["name"] = "../a", ["options"] = RunningServer.Run,
        });
        await server.Refused(400, "priority", HttpMethod.Post, "/v1/jobs", new JsonObject
        {
            ["options"] = RunningServer.Run, ["priority"] = 99,
        });
        await server.Refused(404, "there is no job 'none'", HttpMethod.Get, "/v1/jobs/none");
        await server.Refused(404, "there is no job 'none'", HttpMethod.Get, "/v1/jobs/none/events");
        await server.Refused(404, "there is no job 'none'", HttpMethod.Delete, "/v1/jobs/none");
        Assert.Empty((await server.Send(HttpMethod.Get, "/v1/jobs")).Body!.AsArray());
        data.Delete(recursive: true);
    }

    [Theory]
    [InlineData("{", "the body is not as expected")]
    [InlineData("", "the body is not as expected")]
    [InlineData("null", "the body is null")]
    [InlineData("[]", "the body is not as expected")]
    [InlineData("{}", "the body: lacks 'options'; /openapi/v1.json describes it.")]
    [InlineData("{\"options\": null}", "options: is of another type than expected, or null")]
    [InlineData("{\"options\": {\"method\": \"\\ud800\"}}", "options.method: the text is not valid Unicode")]
    [InlineData("{\"options\": {}, \"nam\": \"a\"}", "there is no member 'nam'")]
    [InlineData("{\"options\": {}, \"priority\": \"high\"}", "priority")]
    [InlineData("{\"options\": {}, \"options\": {}}", "'options' is given twice")]
    public async Task A_malformed_body_is_one_sentence(string body, string says)
    {
        await using var server = await RunningServer.Start(trains: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var (status, problem) = await server.Send(request);
        Assert.Equal(400, status);
        var detail = problem!["detail"]!.GetValue<string>();
        Assert.Contains(says, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Peft.Server", detail, StringComparison.Ordinal); // no type of .NET
        Assert.DoesNotContain("System.", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_bodies_and_other_types_are_refused_and_the_server_goes_on()
    {
        await using var server = await RunningServer.Start(options => options.MaxBodyBytes = 1000, trains: false);
        using var large = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
        {
            Content = new StringContent(new string(' ', 50_000_000), Encoding.UTF8, "application/json"),
        };
        try
        {
            Assert.Equal(413, (await server.Send(large)).Status);
        }
        catch (HttpRequestException)
        {
            // the server may close the connection while the client still sends
        }

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = new StringContent(new string(' ', 2000)) };
        chunked.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Equal(413, (await server.Send(chunked)).Status);
        using var form = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = new StringContent("a=b") };
        var (wrongType, typeProblem) = await server.Send(form);
        Assert.Equal((415, "expected a JSON body with Content-Type: application/json."), (wrongType, (string?)typeProblem!["detail"]));
        Assert.Equal(200, (await server.Send(HttpMethod.Get, "/v1/jobs")).Status);
    }

    [Fact]
    public async Task Texts_that_cannot_be_answered_are_refused()
    {
        await using var server = await RunningServer.Start(options => options.MaxTexts = 3, served => served.MostWaiting = 2);
        await server.RunJob("first");
        Assert.Equal(200, (await server.Send(HttpMethod.Put, "/v1/adapters/tone", new JsonObject { ["run"] = "first" })).Status);
        await Refused(404, "there is no adapter 'tona'; the nearest is 'tone'", "tona", "a");
        await Refused(400, "expected a text, found an empty one", "tone", "");
        await Refused(400, "expected 1 to 3, found 0", "tone");
        await Refused(400, "expected 1 to 3, found 4", "tone", "a", "b", "c", "d");
        await Refused(400, "texts[1]: expected a text", "tone", "a", 3);
        await Refused(400, "texts[0]: expected a text", "tone", new JsonObject { ["text"] = "a", ["pari"] = "b" });
        await Refused(400, "texts[0]: expected a text", "tone", new JsonObject { ["text"] = "a", ["pair"] = 5 });
        using (var half = new HttpRequestMessage(HttpMethod.Post, "/v1/adapters/tone/predict"))
        {
            half.Content = new StringContent("{\"texts\": [\"\\ud800\"]}", Encoding.UTF8, "application/json");
            Assert.Equal("texts[0]: the text is not valid Unicode in UTF-8.", (string?)(await server.Send(half)).Body!["detail"]);
        }

        await Refused(429, "2 texts wait already", "tone", "a", "b", "c");
        await server.Refused(422, "holds no result.json", HttpMethod.Put, "/v1/adapters/other", new JsonObject { ["run"] = "none" });
        using (var weights = File.OpenWrite(Path.Combine(server.Folder, "first", "adapter", "adapter.safetensors")))
            weights.SetLength(5000);
        await server.Refused(422, "is cut short", HttpMethod.Put, "/v1/adapters/other", new JsonObject { ["run"] = "first" });
        Assert.Empty(server.Errors.Messages);
        await server.Refused(400, "is no name of an adapter", HttpMethod.Put, "/v1/adapters/a%20b", new JsonObject { ["run"] = "first" });
        await server.Refused(404, "there is no adapter 'other'", HttpMethod.Delete, "/v1/adapters/other");

        Task Refused(int status, string says, string adapter, params JsonNode[] texts) => server.Refused(
            status, says, HttpMethod.Post, $"/v1/adapters/{adapter}/predict", new JsonObject { ["texts"] = new JsonArray(texts) });
    }

    [Fact]
    public async Task A_damaged_run_or_job_hides_no_other()
    {
        await using var server = await RunningServer.Start();
        await server.RunJob("first");
        foreach (var file in (string[])["broken/result.json", "damaged/job.json"])
        {
            var path = Path.Combine(server.Folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "{");
        }

        Assert.Equal("first", Assert.Single((await server.Send(HttpMethod.Get, "/v1/runs")).Body!.AsArray())!["name"]!.GetValue<string>());
        await server.Refused(422, "result.json", HttpMethod.Get, "/v1/runs/broken");
        Assert.Equal("first", Assert.Single((await server.Send(HttpMethod.Get, "/v1/jobs")).Body!.AsArray())!["name"]!.GetValue<string>());
        await server.Refused(503, "job.json of the job 'damaged' cannot be read", HttpMethod.Get, "/v1/jobs/damaged");
        await server.RunJob("second");
    }

    [Fact]
    public void A_method_of_a_wrong_shape_is_the_servers_fault_and_logged()
    {
        var errors = new ErrorLog();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(errors));
        var fault = (Exception)RuntimeHelpers.GetUninitializedObject(typeof(MethodShapeException)); // only a model makes one
        Assert.Equal(500, new Problems(null, factory.CreateLogger<Problems>()).Describe(fault).Status);
        Assert.Single(errors.Messages);
    }

    [Fact]
    public async Task A_client_that_resets_its_connection_is_no_error()
    {
        await using var server = await RunningServer.Start(trains: false);
        var address = server.Client.BaseAddress!;
        var head = $"POST /v1/adapters/a/predict HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 25\r\n\r\n{\"texts\":";
        for (var round = 0; round < 5; round++)
        {
            using var client = new TcpClient { LingerState = new LingerOption(enable: true, seconds: 0) };
            await client.ConnectAsync(address.Host, address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await Task.Delay(50);
            client.Client.Close(); // with a reset
            await server.Refused(404, "there is no adapter", HttpMethod.Delete, "/v1/adapters/a");
        }

        await Task.Delay(100);
        Assert.Empty(server.Errors.Messages);
    }

    [Fact]
    public async Task Without_the_key_nothing_is_answered()
    {
        await using var server = await RunningServer.Start(options => options.ApiKey = "secret", trains: false);
        foreach (var given in (string?[])[null, "Bearer", "Bearer wrong", "Bearer secre", "Bearer secrett", "Basic secret"])
            Assert.Equal(401, await Status(given));
        Assert.Equal(200, await Status("Bearer secret"));
        Assert.Equal(200, await Status("bearer secret"));
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "secret");
        Assert.Equal(200, await Status(null));

        async Task<int> Status(string? authorization)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/jobs");
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            return (await server.Send(request)).Status;
        }
    }
}
