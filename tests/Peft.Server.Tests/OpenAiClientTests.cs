using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Peft.Server.Tests;

/// <summary>OpenAI's own client against the server.</summary>
public sealed class OpenAiClientTests(GeneratingServer serving) : IClassFixture<GeneratingServer>
{
    private const string Prompt = "name : The Vaults | type : pub";

    private static readonly ChatCompletionOptions s_short = new() { MaxOutputTokenCount = 20 };

    [Fact]
    public async Task A_chat_is_answered_at_once_and_streamed_with_the_same_text()
    {
        var client = (await Client()).GetChatClient("writer");
        ChatCompletion whole = await client.CompleteChatAsync([new UserChatMessage(Prompt)], s_short);
        Assert.NotEmpty(whole.Content[0].Text);
        Assert.Equal(
            (ChatFinishReason.Length, "writer", 20, ChatMessageRole.Assistant),
            (whole.FinishReason, whole.Model, whole.Usage.OutputTokenCount, whole.Role));
        var (pieces, usage, reason) = (new List<string>(), (ChatTokenUsage?)null, (ChatFinishReason?)null);
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage(Prompt)], s_short))
        {
            pieces.AddRange(update.ContentUpdate.Select(part => part.Text));
            (usage, reason) = (update.Usage ?? usage, update.FinishReason ?? reason);
        }

        Assert.True(pieces.Count > 2);
        Assert.Equal(whole.Content[0].Text, string.Concat(pieces));
        Assert.Equal((ChatFinishReason.Length, whole.Usage.InputTokenCount), (reason, usage!.InputTokenCount));
    }

    [Fact]
    public async Task A_conversation_is_joined_by_line_breaks_and_options_apply()
    {
        var client = (await Client()).GetChatClient("writer");
        ChatCompletion joined = await client.CompleteChatAsync(
            [new SystemChatMessage("name : Cotto"), new AssistantChatMessage("a"), new UserChatMessage("area : riverside")], s_short);
        ChatCompletion single = await client.CompleteChatAsync([new UserChatMessage("name : Cotto\na\narea : riverside")], s_short);
        Assert.Equal(single.Content[0].Text, joined.Content[0].Text);
        var stop = single.Content[0].Text[4..8];
        var stopping = new ChatCompletionOptions { MaxOutputTokenCount = 20, Temperature = 0 };
        stopping.StopSequences.Add(stop);
        ChatCompletion stopped = await client.CompleteChatAsync([new UserChatMessage("name : Cotto\na\narea : riverside")], stopping);
        Assert.DoesNotContain(stop, string.Concat(stopped.Content.Select(part => part.Text)), StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, stopped.FinishReason);
#pragma warning disable OPENAI001 // the seed is for evaluation in OpenAI's client
        var sampled = new ChatCompletionOptions
        {
            MaxOutputTokenCount = 20, Temperature = 1.5f, TopP = 0.9f, Seed = 7, EndUserId = "someone",
        };
#pragma warning restore OPENAI001
        ChatCompletion one = await client.CompleteChatAsync([new UserChatMessage(Prompt)], sampled);
        ChatCompletion two = await client.CompleteChatAsync([new UserChatMessage(Prompt)], sampled);
        Assert.Equal(one.Content[0].Text, two.Content[0].Text);
    }

    [Fact]
    public async Task Vectors_are_those_of_the_predictor()
    {
        var client = (await Client()).GetEmbeddingClient("tone");
        OpenAIEmbeddingCollection found = await client.GenerateEmbeddingsAsync(["a good film", "a bad film"]);
        var server = await serving.Server();
        var expected = await server.Predictor.EmbedAsync("tone", ["a good film", "a bad film"]);
        Assert.Equal(expected.Select(one => one.Values), found.Select(one => (IReadOnlyList<float>)one.ToFloats().ToArray()));
        Assert.Equal(expected.Sum(one => one.Tokens), found.Usage.InputTokenCount);
        OpenAIEmbedding single = await client.GenerateEmbeddingAsync("a good film");
        Assert.Equal(expected[0].Values[0], single.ToFloats().Span[0], 1e-5f);
        var (_, numbers) = await server.Send(HttpMethod.Post, "/v1/embeddings", new JsonObject
        {
            ["model"] = "tone", ["input"] = "a good film", ["encoding_format"] = "float",
        });
        Assert.Equal(single.ToFloats().ToArray(), numbers!["data"]![0]!["embedding"]!.AsArray().Select(one => one!.GetValue<float>()));
    }

    [Fact]
    public async Task Models_are_the_adapters()
    {
        var client = (await Client()).GetOpenAIModelClient();
        var models = (await client.GetModelsAsync()).Value;
        Assert.Equal(["tone", "writer"], models.Select(model => model.Id));
        Assert.All(models, model => Assert.True(model.CreatedAt > DateTimeOffset.UtcNow.AddHours(-1)));
        Assert.Equal("writer", (await client.GetModelAsync("writer")).Value.Id);
    }

    [Fact]
    public async Task Errors_reach_the_client_with_their_sentence()
    {
        var client = await Client();
        var unknown = await Assert.ThrowsAsync<ClientResultException>(
            () => client.GetChatClient("writr").CompleteChatAsync([new UserChatMessage("a")]));
        Assert.Equal(404, unknown.Status);
        Assert.Contains("there is no adapter 'writr'; the nearest is 'writer'", unknown.Message, StringComparison.Ordinal);
        var streamed = await Assert.ThrowsAsync<ClientResultException>(async () =>
        {
            await foreach (var _ in client.GetChatClient("tone").CompleteChatStreamingAsync([new UserChatMessage("a")]))
            {
            }
        });
        Assert.Equal(400, streamed.Status);
        Assert.Contains("the adapter 'tone' (task builtin on builtin) generates no texts", streamed.Message, StringComparison.Ordinal);
        var decoder = await Assert.ThrowsAsync<ClientResultException>(
            () => client.GetEmbeddingClient("writer").GenerateEmbeddingAsync("a"));
        Assert.Contains("gives no vectors of texts", decoder.Message, StringComparison.Ordinal);
        var wrongKey = await Assert.ThrowsAsync<ClientResultException>(
            async () => await (await Client("wrong")).GetChatClient("writer").CompleteChatAsync([new UserChatMessage("a")]));
        Assert.Equal(401, wrongKey.Status);
        Assert.Contains("no API key, or a wrong one", wrongKey.Message, StringComparison.Ordinal);
    }

    private async Task<OpenAIClient> Client(string key = GeneratingServer.Key) => new(
        new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri((await serving.Server()).Client.BaseAddress!, "/v1") });
}
