using System.Text.Json.Nodes;

namespace Peft.Server.Tests;

/// <summary>A server with an adapter that generates texts, <c>writer</c>, and one of an encoder, <c>tone</c>, for all tests of a class.
/// </summary>
public sealed class GeneratingServer : IAsyncLifetime
{
    public const string Key = "a key that clients carry";

    private readonly SemaphoreSlim _starting = new(1);
    private RunningServer? _server;

    internal async Task<RunningServer> Server()
    {
        await _starting.WaitAsync();
        try
        {
            return _server ??= await Start();
        }
        finally
        {
            _starting.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _starting.Dispose();
    }

    private static async Task<RunningServer> Start()
    {
        var server = await RunningServer.Start(
            options => (options.ApiKey, options.MaxTexts) = (Key, 8), served => served.MostGenerations = 2);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        var writer = RunningServer.Run;
        (writer["backbone"], writer["task"], writer["method"], writer["max-length"], writer["max-steps"]) =
            ("builtin-gpt2", "venues", "lora", 64, 4);
        await server.RunJob("venues", writer);
        await server.RunJob("opinions");
        foreach (var (name, run) in ((string, string)[])[("writer", "venues"), ("tone", "opinions")])
            Assert.Equal(200, (await server.Send(HttpMethod.Put, $"/v1/adapters/{name}", new JsonObject { ["run"] = run })).Status);
        return server;
    }
}
