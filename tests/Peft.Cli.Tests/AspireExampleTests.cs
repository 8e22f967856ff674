using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Npgsql;
using Peft.Hosting.Tests;

namespace Peft.Cli.Tests;

/// <summary>The program examples/Aspire: two instances of examples/WebHost with one queue in PostgreSQL.</summary>
public sealed class AspireExampleTests : IDisposable
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-aspire-").FullName;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(8));

    public void Dispose()
    {
        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Two_instances_learn_from_one_queue_and_both_answer()
    {
        Assert.SkipWhen(PostgreSqlServer.Programs is null, "PostgreSQL is not installed (apt-get install postgresql)");
        await Build();
        using var database = new PostgreSqlServer();
        var port = FreePort();
        using var process = Start(database.ConnectionString, port);
        try
        {
            using var connections = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }; // each reaches another instance
            using var client = new HttpClient(connections) { BaseAddress = new Uri($"http://localhost:{port}") };
            await Until(async () => await client.GetStringAsync("/health", _patience.Token) == "Healthy");
            await client.PostAsJsonAsync("/tickets", Enumerable.Range(0, 48).Select(
                index => new { Text = $"my parcel number {index} is lost", Label = index % 2 == 0 ? "parcel" : "card" }));
            using var training = await client.PostAsync("/train", null, _patience.Token);
            Assert.Equal(HttpStatusCode.Accepted, training.StatusCode);
            await Until(async () =>
                (string?)(await client.GetFromJsonAsync<JsonNode>(training.Headers.Location, _patience.Token))!["state"] == "succeeded");
            for (var answered = 0; answered < 8; answered++) // by both: each loads what any of them has trained
                await Until(async () => await Predict(client) == HttpStatusCode.OK);
            await using var queue = new NpgsqlConnection(database.ConnectionString);
            await queue.OpenAsync(_patience.Token);
            await using var instances = new NpgsqlCommand("SELECT count(*) FROM qrtz_scheduler_state", queue);
            Assert.Equal(2L, await instances.ExecuteScalarAsync(_patience.Token));
        }
        finally
        {
            using (Process.Start("kill", ["-TERM", $"{process.Id}"]))
                await process.WaitForExitAsync(_patience.Token);
        }
    }

    /// <summary>It is no part of the solution. What it starts is, and is not built again beside other tests.</summary>
    private async Task Build()
    {
        string[] arguments = ["build", Path.Combine(s_root, "examples", "Aspire"), "-c", "Release", "-v", "quiet", "-nologo"];
        using var build = Process.Start(new ProcessStartInfo("dotnet", [.. arguments, "-p:BuildProjectReferences=false"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await build.StandardOutput.ReadToEndAsync(_patience.Token);
        await build.WaitForExitAsync(_patience.Token);
        Assert.True(build.ExitCode == 0, output);
    }

    private Process Start(string database, int port)
    {
        var start = new ProcessStartInfo(Path.Combine(s_root, "artifacts", "bin", "Aspire", "release", "Aspire"))
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true,
        };
        foreach (var (name, value) in ((string, string)[])[
            ("ConnectionStrings__queue", database), ("Folder", _folder), ("Port", $"{port}"), ("Peft__Training__Backbone", "builtin"),
            ("Peft__Training__Epochs", "1"), ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"), ("ASPNETCORE_URLS", Url()),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", Url()), ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", Url())])
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine(); // must be read, or the program waits
        return process;

        static string Url() => $"http://localhost:{FreePort()}";
    }

    private static async Task<HttpStatusCode> Predict(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/v1/adapters/tickets/predict", new { Texts = (string[])["my card is lost"] });
        return answer.StatusCode;
    }

    /// <summary>Waits until it holds; an instance that does not listen yet is asked again.</summary>
    private async Task Until(Func<Task<bool>> holds)
    {
        for (; ; await Task.Delay(100, _patience.Token))
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (HttpRequestException)
            {
                _patience.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
