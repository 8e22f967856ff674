using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Peft.Hosting;

namespace Peft.Server.Tests;

/// <summary>The routes in OpenAI's shapes, as a client without a library sees them.</summary>
public sealed class OpenAiRouteTests(GeneratingServer serving) : IClassFixture<GeneratingServer>
{
    private static JsonObject Completion => new() { ["model"] = "writer", ["prompt"] = "name : Cotto", ["max_tokens"] = 12 };

    /// <summary>Sampled, so that the end token comes late.</summary>
    private static JsonObject Endless => new() { ["model"] = "writer", ["prompt"] = "name : Cotto", ["temperature"] = 2, ["seed"] = 1 };

    [Fact]
    public async Task A_completion_is_streamed_with_its_usage_and_a_mark_at_the_end()
    {
        var server = await serving.Server();
        var (status, whole) = await server.Send(HttpMethod.Post, "/v1/completions", Completion);
        Assert.Equal((200, "text_completion"), (status, whole!["object"]!.GetValue<string>()));
        var text = whole["choices"]![0]!["text"]!.GetValue<string>();
        var streaming = Completion;
        (streaming["stream"], streaming["stream_options"]) = (true, new JsonObject { ["include_usage"] = true });
        var data = await Events(server, "/v1/completions", streaming);
        Assert.Equal("[DONE]", data[^1]);
        var chunks = data[..^1].Select(one => JsonNode.Parse(one)!).ToList();
        Assert.Equal(text, string.Concat(chunks[..^1].Select(chunk => chunk["choices"]![0]!["text"]!.GetValue<string>())));
        Assert.Equal("length", chunks[^2]["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.Equal(whole["usage"]!.ToJsonString(), chunks[^1]["usage"]!.ToJsonString());
        Assert.Single(chunks.Select(chunk => chunk["id"]!.GetValue<string>()).Distinct());

        streaming.Remove("stream_options");
        Assert.DoesNotContain("usage", string.Concat(await Events(server, "/v1/completions", streaming)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_text()
    {
        var server = await serving.Server();
        var endless = Endless;
        var whole = (await Free(server, endless))!["usage"]!["completion_tokens"]!.GetValue<int>();
        Assert.True(whole > 100, $"{whole} tokens");
        endless["stream"] = true;
        var generated = 0;
        using var listener = Tokens(() => Interlocked.Increment(ref generated));
        using var client = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero })
        {
            BaseAddress = server.Client.BaseAddress,
        };
        client.DefaultRequestHeaders.Add("X-Api-Key", GeneratingServer.Key);
        for (var round = 0; round < 2; round++) // as many as may be generated at the same time
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = JsonContent.Create(endless) };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            Assert.StartsWith("data: {", await reader.ReadLineAsync(), StringComparison.Ordinal);
        }

        endless["stream"] = false;
        await Free(server, endless); // texts that went on would have their turns beside it, and as many tokens
        Assert.True(generated < 2 * whole, $"{generated} tokens, and {whole} of a whole text");
    }

    [Fact]
    public async Task More_texts_than_may_be_generated_are_refused_and_the_server_says_when_to_come_back()
    {
        var server = await serving.Server();
        var endless = new GenerateOptions { Temperature = 100, Seed = 1 };
        await using var first = server.Predictor.GenerateAsync("writer", "name : Cotto", endless).GetAsyncEnumerator();
        await using var second = server.Predictor.GenerateAsync("writer", "name : Cotto", endless).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        Assert.True(await second.MoveNextAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = JsonContent.Create(Completion) };
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal((429, TimeSpan.FromSeconds(1)), ((int)answer.StatusCode, answer.Headers.RetryAfter!.Delta));
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("rate_limit_exceeded", problem["error"]!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("n", "2", "n: this server does not support it other than as 1")]
    [InlineData("logprobs", "true", "logprobs: this server does not support it")]
    [InlineData("tools", "[{\"type\": \"function\"}]", "tools: this server does not support it")]
    [InlineData("response_format", "{\"type\": \"json_object\"}", "response_format: this server does not support it")]
    [InlineData("logit_bias", "{\"5\": 1}", "logit_bias: this server does not support it")]
    [InlineData("frequency_penalty", "0.5", "frequency_penalty: this server does not support it")]
    [InlineData("nonsense", "1", "nonsense: there is no such parameter")]
    [InlineData("max_tokens", "0", "max_tokens: expected at least 1")]
    [InlineData("temperature", "3", "temperature: expected a number from 0 to 2")]
    [InlineData("top_p", "0", "top_p: expected a number above 0")]
    [InlineData("stop", "[1]", "stop: expected a text or a list of texts")]
    [InlineData("stop", "[\"\"]", "stop: expected at most 16 texts, none empty")]
    [InlineData("stream_options", "{\"include_usage\": true}", "stream_options: is for streams")]
    [InlineData("messages", "[]", "expected at least one")]
    [InlineData("messages", "[{\"role\": \"tool\", \"content\": \"a\"}]", "messages[0].role: expected system")]
    [InlineData("messages", "[{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]", "messages[0].content: expected parts")]
    [InlineData("temperature", "\"warm\"", "temperature")]
    public async Task What_would_be_ignored_is_refused(string parameter, string value, string says)
    {
        var server = await serving.Server();
        var body = new JsonObject
        {
            ["model"] = "writer", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "a" }),
        };
        body[parameter] = JsonNode.Parse(value);
        var (status, problem) = await server.Send(HttpMethod.Post, "/v1/chat/completions", body);
        Assert.Equal((400, 400), (status, problem!["status"]!.GetValue<int>()));
        Assert.Contains(says, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(problem["detail"]!.GetValue<string>(), problem["error"]!["message"]!.GetValue<string>());
        Assert.Equal("invalid_request_error", problem["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_changes_nothing_is_taken()
    {
        var body = Completion;
        body["n"] = 1;
        body["user"] = "someone";
        body["logprobs"] = null;
        body["logit_bias"] = new JsonObject();
        body["presence_penalty"] = 0;
        Assert.Equal(200, (await (await serving.Server()).Send(HttpMethod.Post, "/v1/completions", body)).Status);
    }

    [Fact]
    public async Task Prompts_and_inputs_that_cannot_be_read_are_refused()
    {
        var server = await serving.Server();
        await Refused("/v1/completions", "prompt", new JsonArray("a", "b"), "prompt: expected one text");
        await Refused("/v1/completions", "prompt", new JsonArray(1, 2), "prompt: expected a text or a list of texts");
        await Refused(
            "/v1/completions", "prompt", string.Join(' ', Enumerable.Repeat("near the river", 600)), "takes prompts of at most");
        await Refused("/v1/embeddings", "input", new JsonArray(), "input: expected 1 to 8 texts, found 0");
        await Refused("/v1/embeddings", "input", new JsonArray("a", ""), "text 2: expected a text");
        await Refused("/v1/embeddings", "encoding_format", "int8", "encoding_format: expected float or base64");
        await Refused("/v1/embeddings", "dimensions", 3, "dimensions: this server does not support it");

        async Task Refused(string route, string parameter, JsonNode value, string says)
        {
            var body = route == "/v1/embeddings" ? new JsonObject { ["model"] = "tone", ["input"] = "a" } : Completion;
            body[parameter] = value;
            await server.Refused(400, says, HttpMethod.Post, route, body);
        }
    }

    /// <summary>Asks until there is a place: the server may not have noticed yet that an earlier client has left.</summary>
    private static async Task<JsonNode?> Free(RunningServer server, JsonObject body)
    {
        while (true)
        {
            var (status, answer) = await server.Send(HttpMethod.Post, "/v1/completions", body);
            if (status == 200)
                return answer;
            Assert.Equal(429, status);
        }
    }

    private static MeterListener Tokens(Action generated)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "peft.predictor.tokens")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => generated());
        listener.Start();
        return listener;
    }

    private static async Task<List<string>> Events(RunningServer server, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var all = new List<string>();
        await foreach (var happened in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
            all.Add(happened.Data);
        return all;
    }
}
