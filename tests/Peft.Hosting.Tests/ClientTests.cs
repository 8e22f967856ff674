using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Methods;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>Adapters as the clients of Microsoft.Extensions.AI.</summary>
public sealed class ClientTests(GeneratingRuns runs) : IClassFixture<GeneratingRuns>
{
    [Fact]
    public async Task A_chat_client_gives_the_text_and_the_usage_of_the_predictor()
    {
        using var host = await Serve();
        var client = host.Services.GetRequiredKeyedService<IChatClient>("venues");
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var options = new ChatOptions { MaxOutputTokens = 20 };
        var expected = "";
        await foreach (var piece in predictor.GenerateAsync("venues", "name : Cotto\narea : riverside", new() { MaxTokens = 20 }))
            expected += piece;
        var answer = await client.GetResponseAsync(
            [new(ChatRole.System, "name : Cotto"), new(ChatRole.User, "area : riverside")], options);
        Assert.Equal((expected, "venues"), (answer.Text, answer.ModelId));
        Assert.Equal(ChatFinishReason.Length, answer.FinishReason);
        Assert.Equal((20, answer.Usage!.InputTokenCount + 20), (answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(
            "area : riverside", new ChatOptions { MaxOutputTokens = 20, Instructions = "name : Cotto" }))
            updates.Add(update);
        Assert.True(updates.Count > 2);
        Assert.Equal(expected, updates.ToChatResponse().Text);
        Assert.Equal("venues", client.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Same(predictor, client.GetService<IPredictor>());
    }

    [Fact]
    public async Task Options_are_honoured_or_refused()
    {
        using var host = await Serve();
        var client = host.Services.GetRequiredKeyedService<IChatClient>("venues");
        var sampled = new ChatOptions { MaxOutputTokens = 12, Temperature = 2, Seed = 5, TopP = 0.9f, TopK = 50 };
        Assert.Equal((await Ask(sampled)).Text, (await Ask(sampled)).Text);
        var greedy = await Ask(new ChatOptions { MaxOutputTokens = 12 });
        Assert.NotEqual(greedy.Text, (await Ask(sampled)).Text);
        var stop = greedy.Text[5..8];
        Assert.DoesNotContain(
            stop, (await Ask(new ChatOptions { MaxOutputTokens = 12, StopSequences = [stop] })).Text, StringComparison.Ordinal);
        foreach (var (option, refused) in ((string, ChatOptions)[])[
            ("Tools", new() { Tools = [AIFunctionFactory.Create(() => 1, "one")] }), ("ModelId", new() { ModelId = "gpt-5" }),
            ("ResponseFormat", new() { ResponseFormat = ChatResponseFormat.Json }), ("FrequencyPenalty", new() { FrequencyPenalty = 1 }),
            ("PresencePenalty", new() { PresencePenalty = 1 }), ("ConversationId", new() { ConversationId = "a" }),
            ("ToolMode", new() { ToolMode = ChatToolMode.RequireAny }), ("MaxTokens", new() { MaxOutputTokens = 0 })])
            Assert.Equal(option, (await Assert.ThrowsAsync<GenerateOptionException>(() => Ask(refused))).Option);
        await Assert.ThrowsAsync<GenerateOptionException>(
            () => client.GetResponseAsync([new ChatMessage(ChatRole.User, [new UriContent("http://localhost/a.png", "image/png")])]));
        await Assert.ThrowsAsync<UnknownAdapterException>(
            () => host.Services.GetRequiredService<IPredictor>().AsIChatClient("later").GetResponseAsync("a"));

        Task<ChatResponse> Ask(ChatOptions options) => client.GetResponseAsync("name : Cotto", options);
    }

    [Fact]
    public async Task A_generator_gives_the_vectors_of_the_predictor()
    {
        using var host = await Serve();
        var generator = host.Services.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("opinions");
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var expected = await predictor.EmbedAsync("opinions", ["a good film", "a bad film"]);
        var found = await generator.GenerateAsync(["a good film", "a bad film"]);
        Assert.Equal(expected.Select(one => one.Values), found.Select(one => (IReadOnlyList<float>)one.Vector.ToArray()));
        Assert.All(found, one => Assert.Equal("opinions", one.ModelId));
        Assert.Equal(expected.Sum(one => one.Tokens), found.Usage!.InputTokenCount);
        Assert.Equal("opinions", generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId);
        await Assert.ThrowsAsync<GenerateOptionException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 3 }));
        await Assert.ThrowsAsync<GenerateOptionException>(() => generator.GenerateAsync(["a"], new() { ModelId = "other" }));
    }

    private async Task<IHost> Serve()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly)
            .AddPredictor(served =>
            {
                served.Threads = 1;
                foreach (var name in (string[])["venues", "opinions"])
                    served.Adapters[name] = runs.Folder(name);
            })
            .AddChatClient("venues").AddEmbeddingGenerator("opinions"));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
